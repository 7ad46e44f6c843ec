package dev.amulet.format;

import dev.amulet.format.v1.Stage;
import dev.amulet.format.v1.Table.KindCase;

/** Which kind of fitted table each kind of stage has, and where. */
final class StageTables {
  private StageTables() {}

  static boolean has(Stage stage) {
    return kind(stage) != KindCase.KIND_NOT_SET;
  }

  /** The kind of table a stage needs; {@code KIND_NOT_SET} when it needs none. */
  static KindCase kind(Stage stage) {
    return switch (stage.getKindCase()) {
      case FREQUENCY -> KindCase.FREQUENCIES;
      case TARGET_MEAN -> KindCase.TARGET_MEANS;
      case TEXT -> KindCase.TEXT;
      case PROJECTION -> KindCase.PROJECTION;
      case IMAGE_SCORE -> KindCase.IMAGE_SCORE;
      case LINEAR -> KindCase.LINEAR;
      default -> KindCase.KIND_NOT_SET;
    };
  }

  /** The path of the table of a stage that has one. */
  static String path(Stage stage) {
    return switch (stage.getKindCase()) {
      case FREQUENCY -> stage.getFrequency().getTable();
      case TARGET_MEAN -> stage.getTargetMean().getTable();
      case TEXT -> stage.getText().getTable();
      case PROJECTION -> stage.getProjection().getTable();
      case IMAGE_SCORE -> stage.getImageScore().getTable();
      case LINEAR -> stage.getLinear().getTable();
      default -> throw new IllegalArgumentException(stage.getKindCase() + " has no table");
    };
  }
}
