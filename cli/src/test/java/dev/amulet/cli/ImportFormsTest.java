package dev.amulet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same pictures and labels, brought in every form that a data set comes in. */
class ImportFormsTest {
  private static final Path FLOWERS = Path.of("..", "..", "shared", "data", "flowers");
  private static final int PER_CLASS = 14;

  @TempDir static Path folder;

  private static Path pictures;
  private static FileServer server;
  private static String expected;

  @BeforeAll
  static void train() throws IOException {
    // A new folder name each time, so that no address is known from an earlier run.
    pictures = folder.resolve("set-" + UUID.randomUUID());
    if (Files.isDirectory(FLOWERS)) {
      copySome(FLOWERS, pictures);
    } else {
      DrawnPictures.write(pictures, PER_CLASS);
    }
    server = new FileServer(folder);
    expected = predictions("folder", pictures);
    assertThat(expected.lines().count()).isGreaterThan(2 * PER_CLASS);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void copySome(Path from, Path to) throws IOException {
    for (String label : List.of("daisy", "rose", "tulip")) {
      Files.createDirectories(to.resolve(label));
      List<Path> images = DrawnPictures.files(from.resolve(label)).subList(0, PER_CLASS);
      for (Path image : images) {
        Files.copy(image, to.resolve(label).resolve(image.getFileName()));
      }
    }
  }

  private static String predictions(String name, Object data) throws IOException {
    Path experiments = folder.resolve("experiments");
    CommandRun run =
        CommandRun.of(
            "train",
            data,
            "--target",
            "label",
            "--folds",
            "3",
            "--set",
            "image_transformer_pretrained_models=random64",
            "--set",
            "feature_set=image_score",
            "--name",
            name,
            "--out",
            experiments);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return Files.readString(experiments.resolve(name).resolve("predictions/oof.csv"));
  }

  /** A table of the pictures, in the order that class folders are read in. */
  private static Path table(Path file, String start) throws IOException {
    String rows =
        DrawnPictures.files(pictures).stream()
            .sorted(Comparator.comparing(path -> pictures.relativize(path).toString()))
            .map(path -> start + pictures.relativize(path) + "," + path.getParent().getFileName())
            .collect(Collectors.joining("\n"));
    return Files.writeString(file, "image,label\n" + rows + "\n");
  }

  @Test
  void archivesOfClassFolders() throws IOException {
    Path zip = DrawnPictures.zip(pictures, folder.resolve("flowers.zip"));
    Path tarGz = DrawnPictures.tarGz(pictures, folder.resolve("flowers.tar.gz"));
    assertThat(predictions("zip", zip)).isEqualTo(expected);
    assertThat(predictions("targz", tarGz)).isEqualTo(expected);
  }

  @Test
  void archiveOfImagesAndATable() throws IOException {
    Path packed = Files.createDirectories(folder.resolve("packed"));
    for (Path file : DrawnPictures.files(pictures)) {
      Path target = packed.resolve("photos").resolve(pictures.relativize(file));
      Files.createDirectories(target.getParent());
      Files.copy(file, target);
    }
    table(packed.resolve("labels.csv"), "Photos\\");
    Path archive = DrawnPictures.zip(packed, folder.resolve("packed.zip"));
    assertThat(predictions("table_zip", archive)).isEqualTo(expected);
    Path amulet = folder.resolve("experiments/table_zip/model.amulet");
    CommandRun scored = CommandRun.of("score", amulet, archive);
    assertThat(scored.exitCode()).as(scored.err()).isZero();
    CommandRun unpacked =
        CommandRun.of("score", amulet, table(folder.resolve("u.csv"), pictures + "/"));
    assertThat(unpacked.out()).isEqualTo(scored.out());
    assertThat(unpacked.out().lines()).noneMatch(line -> line.contains("cannot"));
  }

  @Test
  void tableOfLocalPathsAndOfAddresses() throws IOException {
    assertThat(predictions("local", table(pictures.resolveSibling("t.csv"), pictures + "/")))
        .isEqualTo(expected);
    Path remote = table(folder.resolve("remote.csv"), server.address(pictures) + "/");
    assertThat(predictions("remote", remote)).isEqualTo(expected);
  }

  @Test
  void archiveAtAnAddress() throws IOException {
    Path zip = DrawnPictures.zip(pictures, folder.resolve(UUID.randomUUID() + ".zip"));
    assertThat(predictions("address", server.address(zip))).isEqualTo(expected);
  }
}
