package dev.amulet.training.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.Task;
import dev.amulet.training.ProgressListener;
import dev.amulet.training.download.Downloads;
import dev.amulet.training.download.LocalServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Image cells that are no plain paths. */
class ImageCellsTest {
  @TempDir Path folder;

  private byte[] picture(int width) throws IOException {
    return Files.readAllBytes(Pictures.write(folder.resolve("p" + width + ".png"), width, 8));
  }

  private static TableProfile profile(Dataset table, String target) {
    return new ColumnProfiler(ProfileOptions.builder().target(target).build()).profile(table);
  }

  @Test
  void picturesInCellsMakeAnImageColumn() throws IOException {
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      String base64 = Base64.getEncoder().encodeToString(picture(8 + i));
      rows.add(List.of(i % 2 == 0 ? base64 : "data:image/png;base64," + base64, "" + i * 1.5));
    }
    rows.add(List.of("data:image/png;base64,iVBORw0KGgo=", "3"));
    Dataset table = Dataset.of("t", folder, List.of("scan", "y"), rows);
    TableProfile profile = profile(table, "y");
    ColumnProfile column = profile.column("scan");
    assertThat(column.type()).isEqualTo(ColumnType.IMAGE);
    assertThat(column.evidence()).contains("13 of 13 cells hold a picture", "8–19 × 8–8 px");
    assertThat(profile.warnings()).anyMatch(warning -> warning.contains("1 of 13 files"));
    assertThat(profile.dataset().images().read(rows.get(3).get(0), 1 << 20)).isEqualTo(picture(11));
    assertThat(profile.dataset().collection().from(folder, rows.get(3).get(0)))
        .isEqualTo(rows.get(3).get(0));
  }

  @Test
  void pathsOfATableAtAnAddressStartFromThere() throws IOException {
    try (LocalServer server = new LocalServer()) {
      StringBuilder csv = new StringBuilder("photo,colour,y\n");
      for (int i = 0; i < 10; i++) {
        server.put("/set/my photos/" + i + ".png", picture(8 + i));
        csv.append(i % 2 == 0 ? "my photos/" : "./my photos/").append(i).append(".png,");
        csv.append("colour ").append(i % 3).append(',').append(i * 1.5).append('\n');
      }
      csv.append("../elsewhere.png,colour 1,7\n");
      server.put("/elsewhere.png", picture(30));
      server.put("/set/table.csv", csv.toString());
      Dataset table =
          new DatasetReader(
                  null,
                  DatasetReader.DEFAULT_MISSING_MARKERS,
                  new Downloads(folder.resolve("cache"), 1),
                  ProgressListener.silent(),
                  true)
              .read(Path.of(server.address("/set/table.csv")));
      TableProfile profile = profile(table, "y");
      assertThat(profile.column("photo").type()).isEqualTo(ColumnType.IMAGE);
      assertThat(profile.column("photo").evidence()).contains("11 of 11 different files opened");
      assertThat(profile.column("colour").type()).isEqualTo(ColumnType.CATEGORICAL);
      assertThat(server.requests("/set/colour 1")).as("no word is asked for").isZero();
      String reference = profile.dataset().column("photo")[3];
      assertThat(reference).isEqualTo(server.address("/set/my%20photos/3.png"));
      assertThat(profile.dataset().images().read(reference, 1 << 20)).isEqualTo(picture(11));
    }
  }

  @Test
  void labelsOfClassFoldersStayLabelsInTheTablesThatSplittingWrites() throws IOException {
    for (int i = 0; i < 60; i++) {
      // Fifteen classes of four: as numbers they would be a regression's target.
      Pictures.write(folder.resolve("digits/%d/%d.png".formatted(i % 15, i)), 8 + i, 8);
    }
    Path parts = folder.resolve("parts");
    DatasetSplit.write(
        DatasetReader.read(folder.resolve("digits"), null),
        parts,
        new DatasetSplit.Options(0.75, 1, null, null),
        ProgressListener.silent());
    Dataset train = DatasetReader.read(parts.resolve("train.csv"), null);
    assertThat(train.labelColumns()).containsExactly("label");
    Target target = profile(train, "label").requiredTarget();
    assertThat(target.task()).isEqualTo(Task.MULTICLASS);
    assertThat(target.classes()).hasSize(15).startsWith("0", "1", "2", "3");
  }
}
