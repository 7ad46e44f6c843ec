package dev.amulet.cli;

import dev.amulet.runtime.ActivationMap;
import dev.amulet.runtime.Prediction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Heat maps as PNG files {@code <row>.<column>.png}: what in the picture speaks for the predicted
 * class, or raises the predicted value. A second picture of a cell, or a second network, gives
 * {@code <row>.<column>.2.png} and so on.
 */
final class HeatMapFolder {
  private static final Pattern UNSAFE = Pattern.compile("[^A-Za-z0-9_-]");

  private final Path folder;

  private HeatMapFolder(Path folder) {
    this.folder = folder;
  }

  static HeatMapFolder at(Path folder) throws IOException {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw CommandFailure.wrongInput("--heatmaps " + folder + ": is a file, expected a folder");
    }
    return new HeatMapFolder(Files.createDirectories(folder));
  }

  void write(long row, Prediction prediction) throws IOException {
    Set<String> taken = new HashSet<>();
    for (ActivationMap map : prediction.activationMaps()) {
      String name = row + "." + UNSAFE.matcher(map.column()).replaceAll("_");
      String distinct = name;
      for (int i = 2; !taken.add(distinct); i++) {
        distinct = name + "." + i;
      }
      int classIndex = Math.max(0, prediction.classIndex());
      Files.write(folder.resolve(distinct + ".png"), map.overlayPng(classIndex));
    }
  }
}
