package dev.amulet.cli;

import dev.amulet.training.ProgressListener;
import dev.amulet.training.data.Dataset;
import dev.amulet.training.data.DatasetReader;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The table that a command works on, and where its images are. */
final class DataArguments {
  @Parameters(
      paramLabel = "DATA",
      description = {
        "CSV or TSV file, or a folder with one sub-folder of images per class; a zip, tar or"
            + " tar.gz archive of either; or the http(s) address of one of these."
      })
  Path data = Path.of("");

  @Option(
      names = "--image-root",
      paramLabel = "DIR",
      description = "Folder that image paths start from; else the table's own.")
  @Nullable Path imageRoot;

  Dataset read(ProgressListener progress) {
    return DatasetReader.read(data, imageRoot, progress);
  }
}
