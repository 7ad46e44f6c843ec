package dev.amulet.training.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.Role;
import dev.amulet.format.v1.Task;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The decisions on the real data sets beside the repository, where they are. */
class SharedDataTest {
  private static final Path DATA = Path.of("..", "..", "shared", "data");

  @BeforeEach
  void requireSharedData() {
    Assumptions.assumeTrue(Files.isDirectory(DATA), "no " + DATA + ": real data not checked");
  }

  private static TableProfile profile(String path, ProfileOptions.Builder options) {
    return new ColumnProfiler(options.build())
        .profile(DatasetReader.read(DATA.resolve(path), null));
  }

  private static List<String> inputs(TableProfile profile, ColumnType type) {
    return profile.inputs(type).stream().map(ColumnProfile::name).toList();
  }

  @Test
  void findsAllFourImageColumnsOfHouses() {
    TableProfile profile = profile("houses/houses.csv", ProfileOptions.builder().target("price"));
    assertThat(profile.problems()).isEmpty();
    assertThat(inputs(profile, ColumnType.IMAGE))
        .containsExactly("frontal_image", "bedroom_image", "bathroom_image", "kitchen_image");
    assertThat(inputs(profile, ColumnType.NUMERIC))
        .containsExactly("bedrooms", "bathrooms", "area");
    assertThat(profile.column("zipcode").type()).isEqualTo(ColumnType.CATEGORICAL);
    assertThat(profile.column("id").role()).isEqualTo(Role.DROPPED);
    assertThat(profile.requiredTarget().task()).isEqualTo(Task.REGRESSION);
  }

  @Test
  void readsCarsWithMissingCells() {
    TableProfile profile = profile("car_price/cars.csv", ProfileOptions.builder().target("price"));
    assertThat(inputs(profile, ColumnType.IMAGE)).containsExactly("image");
    assertThat(inputs(profile, ColumnType.CATEGORICAL))
        .containsExactly("brand", "model", "bodytype", "color");
    assertThat(inputs(profile, ColumnType.NUMERIC)).containsExactly("year");
    assertThat(profile.column("color").statistics().getMissing()).isEqualTo(11);
    assertThat(profile.requiredTarget().task()).isEqualTo(Task.REGRESSION);
  }

  @Test
  void takesTheLesionIdsForWhatTheyAre() {
    TableProfile profile =
        profile("skin_lesion/lesions.csv", ProfileOptions.builder().target("melanoma"));
    assertThat(inputs(profile, ColumnType.IMAGE)).containsExactly("image");
    assertThat(profile.column("image_id").type()).isEqualTo(ColumnType.IMAGE);
    assertThat(profile.column("image_id").role()).isEqualTo(Role.DROPPED);
    assertThat(profile.column("lesion_id").role()).isEqualTo(Role.DROPPED);
    assertThat(inputs(profile, ColumnType.CATEGORICAL))
        .containsExactly("sex", "localization", "dx");
    assertThat(profile.requiredTarget().task()).isEqualTo(Task.BINARY);
    assertThat(profile.warnings())
        .anyMatch(warning -> warning.startsWith("column \"dx\" alone tells the target"));
  }

  @ParameterizedTest
  @CsvSource({
    "flowers, 2158, MULTICLASS, 5",
    "sign_digits, 2062, MULTICLASS, 10",
    "brain_mri, 253, BINARY, 2",
    "ants_bees/train, 244, BINARY, 2",
    "cifar10/train, 3000, MULTICLASS, 10",
  })
  void importsClassFolders(String path, int rows, Task task, int classes) {
    TableProfile profile = profile(path, ProfileOptions.builder());
    assertThat(profile.problems()).isEmpty();
    assertThat(profile.dataset().rows()).isEqualTo(rows);
    assertThat(inputs(profile, ColumnType.IMAGE)).containsExactly("image");
    assertThat(profile.requiredTarget().task()).isEqualTo(task);
    assertThat(profile.requiredTarget().classes()).hasSize(classes);
  }

  @ParameterizedTest
  @CsvSource({
    "flowers, label, MULTICLASS",
    "sign_digits, label, MULTICLASS",
    "brain_mri, label, BINARY",
    "histology, tumor, BINARY",
    "skin_lesion, dx, MULTICLASS",
    "houses, price, REGRESSION",
    "car_price, price, REGRESSION",
  })
  void readsTheFoldFiles(String set, String target, Task task) {
    TableProfile profile =
        profile(set + ".folds.csv", ProfileOptions.builder().target(target).foldColumn("fold"));
    assertThat(profile.problems()).isEmpty();
    assertThat(profile.column("fold").role()).isEqualTo(Role.FOLD);
    assertThat(inputs(profile, ColumnType.IMAGE)).hasSize(set.equals("houses") ? 4 : 1);
    assertThat(profile.requiredTarget().task()).isEqualTo(task);
  }
}
