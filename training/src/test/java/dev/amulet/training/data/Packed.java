package dev.amulet.training.data;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Packs the files below a folder, in the order of their names. */
final class Packed {
  private Packed() {}

  static Path zip(Path folder, Path archive) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
      for (Path file : files(folder)) {
        zip.putNextEntry(new ZipEntry(name(folder, file)));
        Files.copy(file, zip);
      }
    }
    return archive;
  }

  static Path tar(Path folder, Path archive) throws IOException {
    try (OutputStream out = Files.newOutputStream(archive)) {
      writeTar(folder, out);
    }
    return archive;
  }

  static Path tarGz(Path folder, Path archive) throws IOException {
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(archive))) {
      writeTar(folder, out);
    }
    return archive;
  }

  private static void writeTar(Path folder, OutputStream out) throws IOException {
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (Path file : files(folder)) {
        TarArchiveEntry entry = new TarArchiveEntry(name(folder, file));
        entry.setSize(Files.size(file));
        tar.putArchiveEntry(entry);
        Files.copy(file, tar);
        tar.closeArchiveEntry();
      }
    }
  }

  private static String name(Path folder, Path file) {
    return folder.relativize(file).toString().replace('\\', '/');
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      List<Path> files = new ArrayList<>(walk.filter(Files::isRegularFile).toList());
      files.sort(null);
      return files;
    }
  }
}
