package dev.amulet.runtime.internal.pipeline;

import dev.amulet.format.Artifact;
import dev.amulet.format.v1.Column;
import dev.amulet.format.v1.Schema;
import dev.amulet.format.v1.Stage;
import dev.amulet.runtime.internal.transform.DateTimeKernel;
import dev.amulet.runtime.internal.transform.LevelTableKernel;
import dev.amulet.runtime.internal.transform.NumericKernel;
import dev.amulet.runtime.internal.transform.OneHotKernel;
import dev.amulet.runtime.internal.transform.TextKernel;
import dev.amulet.runtime.internal.transform.TransformKernel;
import java.time.ZoneId;

/** Resolves the stages that turn the cell of one column into slots. */
final class Transforms {
  private Transforms() {}

  /**
   * The kernel of a transform stage.
   *
   * @param inputs position among the input columns of each column of the schema
   */
  static TransformKernel kernel(Artifact artifact, Stage stage, int[] inputs) {
    Schema schema = artifact.manifest().getSchema();
    int first = stage.getWrites(0).getFirst();
    switch (stage.getKindCase()) {
      case NUMERIC -> {
        var numeric = stage.getNumeric();
        return new NumericKernel(
            inputs[numeric.getColumn()], numeric.getFunction(), numeric.getMissingFlag(), first);
      }
      case ONE_HOT -> {
        int column = stage.getOneHot().getColumn();
        int levels = schema.getColumns(column).getLevelsCount();
        return new OneHotKernel(stage.getOneHot(), inputs[column], levels, first);
      }
      case FREQUENCY -> {
        var frequency = stage.getFrequency();
        return LevelTableKernel.of(
            artifact.table(frequency.getTable()).getFrequencies(),
            frequency.getUnseen(),
            inputs[frequency.getColumn()],
            first);
      }
      case TARGET_MEAN -> {
        var mean = stage.getTargetMean();
        return LevelTableKernel.of(
            artifact.table(mean.getTable()).getTargetMeans(),
            mean.getUnseen(),
            inputs[mean.getColumn()],
            first);
      }
      case TEXT -> {
        var text = stage.getText();
        return new TextKernel(
            artifact.table(text.getTable()).getText(), inputs[text.getColumn()], first);
      }
      case DATE_TIME -> {
        var dateTime = stage.getDateTime();
        Column column = schema.getColumns(dateTime.getColumn());
        ZoneId zone = ZoneId.of(column.getDateTime().getZone());
        return new DateTimeKernel(
            inputs[dateTime.getColumn()], dateTime.getPartsList(), zone, first);
      }
      default -> throw new IllegalArgumentException("no transform: " + stage.getKindCase());
    }
  }
}
