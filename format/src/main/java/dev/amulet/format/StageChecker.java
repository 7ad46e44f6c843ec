package dev.amulet.format;

import dev.amulet.format.v1.BlendPart;
import dev.amulet.format.v1.BlendStage;
import dev.amulet.format.v1.Column;
import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.DateTimeStage;
import dev.amulet.format.v1.ImageScorePart;
import dev.amulet.format.v1.ImageScoreStage;
import dev.amulet.format.v1.ImageStage;
import dev.amulet.format.v1.Manifest;
import dev.amulet.format.v1.Network;
import dev.amulet.format.v1.NetworkOutput;
import dev.amulet.format.v1.OneHotStage;
import dev.amulet.format.v1.OutputRole;
import dev.amulet.format.v1.Role;
import dev.amulet.format.v1.Schema;
import dev.amulet.format.v1.Stage;
import dev.amulet.format.v1.UnseenLevel;
import dev.amulet.format.v1.View;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The rules of each kind of stage, as far as the manifest shows them. */
final class StageChecker {
  private final Schema schema;
  private final Map<String, Network> networks = new HashMap<>();

  /** Margins of each model stage; 0 in a draft. */
  private final int margins;

  StageChecker(Manifest manifest) {
    schema = manifest.getSchema();
    manifest.getNetworksList().forEach(network -> networks.put(network.getId(), network));
    margins = manifest.hasOutputs() ? OutputsChecker.margins(manifest.getOutputs()) : 0;
  }

  Schema schema() {
    return schema;
  }

  static boolean isModel(Stage stage) {
    return stage.hasTree() || stage.hasLinear() || stage.hasBlend();
  }

  /**
   * @param reads slots the stage reads
   * @param writes slots the stage writes
   * @param earlier the stages before it, by id
   */
  void check(Stage stage, long reads, long writes, Map<String, Stage> earlier, Where where)
      throws ArtifactException {
    Where at = where.at(stage.getKindCase().name().toLowerCase(Locale.ROOT));
    boolean readsSlots =
        switch (stage.getKindCase()) {
          case PROJECTION, IMAGE_SCORE, TREE, LINEAR -> true;
          default -> false;
        };
    if (readsSlots != (reads > 0)) {
      throw at.bad(
          "reads "
              + reads
              + " slots, expected "
              + (readsSlots ? "one or more" : "none of this kind"));
    }
    if (isModel(stage)) {
      requireWrites(0, writes, at);
    }
    switch (stage.getKindCase()) {
      case NUMERIC -> {
        column(stage.getNumeric().getColumn(), at, ColumnType.NUMERIC, ColumnType.BOOLEAN);
        requireWrites(stage.getNumeric().getMissingFlag() ? 2 : 1, writes, at);
      }
      case ONE_HOT -> requireWrites(oneHot(stage.getOneHot(), at), writes, at);
      case FREQUENCY -> {
        column(stage.getFrequency().getColumn(), at, ColumnType.CATEGORICAL);
        unseen(stage.getFrequency().getUnseen(), at);
        requireWrites(1, writes, at);
      }
      case TARGET_MEAN -> {
        column(stage.getTargetMean().getColumn(), at, ColumnType.CATEGORICAL);
        unseen(stage.getTargetMean().getUnseen(), at);
        requireWrites(margins == 0 ? Math.max(1, writes) : margins, writes, at);
      }
      case TEXT -> {
        column(stage.getText().getColumn(), at, ColumnType.TEXT, ColumnType.CATEGORICAL);
        requireWrites(Math.max(1, writes), writes, at);
      }
      case DATE_TIME -> requireWrites(dateTime(stage.getDateTime(), at), writes, at);
      case IMAGE -> requireWrites(image(stage.getImage(), at), writes, at);
      case PROJECTION -> requireWrites(Math.max(1, writes), writes, at);
      case IMAGE_SCORE -> imageScore(stage.getImageScore(), reads, writes, at);
      case BLEND -> blend(stage.getBlend(), stage.getMember(), earlier, at);
      case TREE, LINEAR -> {}
      case KIND_NOT_SET ->
          throw where.bad("no kind set, expected one this version knows; upgrade the runtime");
    }
  }

  private static void requireWrites(long expected, long found, Where where)
      throws ArtifactException {
    if (expected != found) {
      throw where.bad("writes " + found + " slots, expected " + expected);
    }
  }

  private Column column(int index, Where where, ColumnType... types) throws ArtifactException {
    Where at = where.at("column");
    if (index < 0 || index >= schema.getColumnsCount()) {
      throw at.bad(
          Integer.toUnsignedString(index)
              + ", expected the position of a column, less than "
              + schema.getColumnsCount());
    }
    Column column = schema.getColumns(index);
    boolean fits = false;
    for (ColumnType type : types) {
      fits |= column.getType() == type;
    }
    if (column.getRole() != Role.INPUT || !fits) {
      throw at.bad(
          Where.quote(column.getName())
              + " has role "
              + column.getRole()
              + " and type "
              + column.getType()
              + ", expected role INPUT and type "
              + (types.length == 1 ? types[0] : types[0] + " or " + types[1]));
    }
    return column;
  }

  private int oneHot(OneHotStage stage, Where where) throws ArtifactException {
    Column column = column(stage.getColumn(), where, ColumnType.CATEGORICAL);
    BitSet seen = new BitSet();
    for (int level : stage.getLevelsList()) {
      if (level < 0 || level >= column.getLevelsCount() || seen.get(level)) {
        throw where
            .at("levels")
            .bad(
                "level "
                    + Integer.toUnsignedString(level)
                    + ", expected distinct positions among the "
                    + column.getLevelsCount()
                    + " levels of "
                    + Where.quote(column.getName()));
      }
      seen.set(level);
    }
    int other = stage.getUnseen() == UnseenLevel.OTHER_SLOT ? 1 : 0;
    return Math.max(1, stage.getLevelsCount() + other + (stage.getMissingSlot() ? 1 : 0));
  }

  private static void unseen(UnseenLevel unseen, Where where) throws ArtifactException {
    if (unseen == UnseenLevel.OTHER_SLOT) {
      throw where.at("unseen").bad("OTHER_SLOT, expected DEFAULT or AS_MISSING for this kind");
    }
  }

  private int dateTime(DateTimeStage stage, Where where) throws ArtifactException {
    column(stage.getColumn(), where, ColumnType.DATE_TIME);
    if (new HashSet<>(stage.getPartsList()).size() != stage.getPartsCount()) {
      throw where.at("parts").bad("a part occurs twice, expected each once");
    }
    return Math.max(1, stage.getPartsCount());
  }

  private long image(ImageStage stage, Where where) throws ArtifactException {
    column(stage.getColumn(), where, ColumnType.IMAGE);
    Network network = networks.get(stage.getNetwork());
    if (network == null) {
      throw where
          .at("network")
          .bad("names " + Where.quote(stage.getNetwork()) + ", expected the id of a network");
    }
    if (!stage.hasPreprocessing()) {
      throw where.at("preprocessing").bad("not set, expected the way from image to tensor");
    }
    PreprocessingChecker.check(stage.getPreprocessing(), where.at("preprocessing"));
    Set<View> views = EnumSet.noneOf(View.class);
    views.addAll(stage.getViewsList());
    if (views.size() != stage.getViewsCount() || !views.contains(View.UPRIGHT)) {
      throw where
          .at("views")
          .bad(stage.getViewsList() + ", expected UPRIGHT and any other view, each once");
    }
    return outputs(stage, network, where) + 1;
  }

  private static long outputs(ImageStage stage, Network network, Where where)
      throws ArtifactException {
    long slots = 0;
    Set<String> seen = new HashSet<>();
    for (String name : stage.getOutputsList()) {
      Where at = where.at("outputs").named(name);
      NetworkOutput output =
          network.getOutputsList().stream()
              .filter(candidate -> candidate.getName().equals(name))
              .findFirst()
              .orElse(null);
      if (output == null || output.getRole() == OutputRole.FEATURE_MAP || !seen.add(name)) {
        throw at.bad(
            (output == null ? "no such output" : "role " + output.getRole())
                + " of network "
                + Where.quote(network.getId())
                + ", expected its outputs of role EMBEDDING or LOGITS, each once");
      }
      slots += output.getShape(0);
    }
    if (slots == 0) {
      throw where.at("outputs").bad("none, expected at least one network output");
    }
    return slots;
  }

  private void imageScore(ImageScoreStage stage, long reads, long writes, Where where)
      throws ArtifactException {
    long slots = 0;
    Set<Integer> columns = new HashSet<>();
    for (int i = 0; i < stage.getPartsCount(); i++) {
      ImageScorePart part = stage.getParts(i);
      Where at = where.at("parts", i);
      column(part.getColumn(), at, ColumnType.IMAGE);
      if (part.getSlots() < 1 || !columns.add(part.getColumn())) {
        throw at.bad("expected one slot or more, of a column that no other part has");
      }
      slots += part.getSlots();
    }
    if (stage.getPartsCount() == 0 || slots != reads) {
      throw where
          .at("parts")
          .bad(
              stage.getPartsCount()
                  + " parts of "
                  + slots
                  + " slots in all, expected one or more that tile the "
                  + reads
                  + " slots read");
    }
    int sums = stage.getPartsCount() + 1;
    if (writes == 0 || writes % sums != 0) {
      throw where.bad(
          "writes " + writes + " slots, expected K for each of " + sums + " scores, parts and sum");
    }
  }

  private static void blend(BlendStage stage, int member, Map<String, Stage> earlier, Where where)
      throws ArtifactException {
    if (stage.getPartsCount() == 0) {
      throw where.at("parts").bad("none, expected at least one model stage");
    }
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < stage.getPartsCount(); i++) {
      BlendPart part = stage.getParts(i);
      Stage named = earlier.get(part.getStage());
      Where at = where.at("parts", i);
      if (named == null || !isModel(named) || !seen.add(part.getStage())) {
        throw at.bad(
            "names "
                + Where.quote(part.getStage())
                + ", expected a tree, linear or blend stage before this one, each once");
      }
      if (member != 0 && named.getMember() != 0 && named.getMember() != member) {
        throw at.bad(
            "a stage of member "
                + member
                + " reads margins of member "
                + named.getMember()
                + ", expected shared ones (member 0) and its own only");
      }
    }
  }
}
