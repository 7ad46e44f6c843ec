package dev.amulet.runtime;

import static dev.amulet.runtime.AmuletBuilder.WIDTH;
import static dev.amulet.runtime.AmuletBuilder.part;
import static dev.amulet.runtime.AmuletBuilder.range;
import static dev.amulet.runtime.TreeSketch.Node.leaf;
import static dev.amulet.runtime.TreeSketch.Node.split;

import com.google.protobuf.ByteString;
import dev.amulet.format.ArtifactException;
import dev.amulet.format.v1.Calibration;
import dev.amulet.format.v1.Cell;
import dev.amulet.format.v1.Column;
import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.Comparison;
import dev.amulet.format.v1.DataType;
import dev.amulet.format.v1.DateTimePart;
import dev.amulet.format.v1.Frequencies;
import dev.amulet.format.v1.ImageScore;
import dev.amulet.format.v1.Images;
import dev.amulet.format.v1.IntervalOffsets;
import dev.amulet.format.v1.IntervalSpace;
import dev.amulet.format.v1.LinearModel;
import dev.amulet.format.v1.Link;
import dev.amulet.format.v1.MissingImage;
import dev.amulet.format.v1.NumericFunction;
import dev.amulet.format.v1.Outputs;
import dev.amulet.format.v1.Platt;
import dev.amulet.format.v1.Projection;
import dev.amulet.format.v1.Provenance;
import dev.amulet.format.v1.Role;
import dev.amulet.format.v1.SeveralImages;
import dev.amulet.format.v1.TargetFunction;
import dev.amulet.format.v1.TargetMeans;
import dev.amulet.format.v1.TargetTransform;
import dev.amulet.format.v1.Task;
import dev.amulet.format.v1.Temperature;
import dev.amulet.format.v1.TextModel;
import dev.amulet.format.v1.TextWeighting;
import dev.amulet.format.v1.TreeEnsemble;
import dev.amulet.format.v1.UnseenLevel;
import dev.amulet.format.v1.View;
import dev.amulet.runtime.internal.image.Golden;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Houses with a photo and plans: a small amulet of each task with every kind of stage this format
 * version scores. The same bytes on every run on one machine; elsewhere the expected slots differ
 * in their last bits.
 */
final class GoldenAmulet {
  private static final SeveralImages ONE = SeveralImages.ONE_IMAGE;
  private static final SeveralImages AVERAGE = SeveralImages.AVERAGE;

  private static final int DATE_PARTS = 9;

  private final Task task;
  private final int margins;
  private final String seed;
  private final AmuletBuilder amulet = new AmuletBuilder();

  private GoldenAmulet(Task task) {
    this.task = task;
    margins = task == Task.MULTICLASS ? 3 : 1;
    seed = task.name();
  }

  /** Builds the amulet of a task, verification rows included. */
  static AmuletBuilder of(Task task) throws ArtifactException {
    AmuletBuilder amulet = new GoldenAmulet(task).build();
    List<List<Cell>> rows = new ArrayList<>();
    rows.add(row(120.5, true, "flat", "85255", "Flat, with garden", 0L, "a", "b", "c"));
    rows.add(row(Double.NaN, false, "castle", "10115", "Stra\u00dfe 5", -1L, "d", "e"));
    rows.add(row(-3e4, null, "?", "85002", null, 1_710_055_800_000L, "f"));
    rows.add(row(47, true, "loft", "nowhere", "\ud83c\udfe0 \ud83c\udfe0", null, null));
    rows.add(row(0, null, "house", "?", "garden garden", 4_102_444_800_000L, null, "g"));
    try (Scorer scorer = amulet.open()) {
      amulet.entry("verification.pb", scorer.recordVerification(rows).toByteArray());
    }
    return amulet.entry(
        "example.csv",
        "area,garage,kind,zip,photo,plans,note,built\n120.5,yes,flat,85255,,,a garden,2001-02-03\n"
            .getBytes(StandardCharsets.UTF_8));
  }

  /** A picture of the verification rows and of the golden table. */
  static byte[] picture(String name) {
    return DrawnPng.of("golden." + name, 24 + name.length(), 18);
  }

  private static List<Cell> row(
      double area,
      Boolean garage,
      String kind,
      String zip,
      String note,
      Long built,
      String photo,
      String... plans) {
    Images.Builder files = Images.newBuilder();
    for (String plan : plans) {
      files.addFiles(ByteString.copyFrom(picture(plan)));
    }
    Cell missing = Cell.getDefaultInstance();
    return List.of(
        Double.isNaN(area) ? missing : Cell.newBuilder().setNumber(area).build(),
        garage == null ? missing : Cell.newBuilder().setFlag(garage).build(),
        Cell.newBuilder().setText(kind).build(),
        Cell.newBuilder().setText(zip).build(),
        photo == null
            ? missing
            : Cell.newBuilder()
                .setImages(Images.newBuilder().addFiles(ByteString.copyFrom(picture(photo))))
                .build(),
        plans.length == 0 ? missing : Cell.newBuilder().setImages(files).build(),
        note == null ? missing : Cell.newBuilder().setText(note).build(),
        built == null ? missing : Cell.newBuilder().setTime(built).build());
  }

  private AmuletBuilder build() {
    amulet.name("golden " + task.name().toLowerCase(Locale.ROOT)).tinyNetwork();
    amulet.column(
        Column.newBuilder().setName("id").setType(ColumnType.NUMERIC).setDataType(DataType.INT64),
        Role.ID);
    int area = amulet.numeric("area", "n/a");
    int garage = amulet.bool("garage");
    int kind = amulet.categorical("kind", "flat", "house", "loft", "barn");
    amulet.target(
        "target",
        task == Task.REGRESSION ? ColumnType.NUMERIC : ColumnType.CATEGORICAL,
        task == Task.REGRESSION ? DataType.FLOAT64 : DataType.STRING);
    int zip = amulet.categorical("zip", "85255", "10115", "85002");
    int photo = amulet.image("photo", MissingImage.ZERO_EMBEDDING, ONE);
    int plans = amulet.image("plans", MissingImage.NAN_FEATURES, AVERAGE);
    int note = amulet.text("note");
    int built = amulet.date("built", "Europe/Berlin", "d.M.uuuu", "MMM d, uuuu h:mm a");

    amulet.numericStage(area, NumericFunction.LOG, true);
    amulet.numericStage(garage, NumericFunction.IDENTITY, true);
    int kindSlots = amulet.oneHotStage(kind, UnseenLevel.OTHER_SLOT, true, 2, 0, 1);
    amulet.oneHotStage(zip, UnseenLevel.AS_MISSING, true, 0, 1);
    int table = amulet.slotCount();
    int photoSlots = amulet.imageStage(photo, View.UPRIGHT, View.MIRRORED);
    int planSlots = amulet.imageStage(plans, View.UPRIGHT);
    var photoRange = range(photoSlots, WIDTH);
    var planRange = range(planSlots, WIDTH);
    int pca =
        amulet.projectionStage(
            "pca",
            Projection.newBuilder()
                .setInputs(2 * WIDTH)
                .setOutputs(2)
                .addAllFill(floats("pca.fill", 2 * WIDTH))
                .addAllCentre(floats("pca.centre", 2 * WIDTH))
                .addAllComponents(floats("pca.components", 4 * WIDTH)),
            photoRange,
            planRange);
    int score =
        amulet.imageScoreStage(
            "score",
            ImageScore.newBuilder()
                .setInputs(2 * WIDTH)
                .setOutputs(margins)
                .addAllFill(floats("score.fill", 2 * WIDTH))
                .addAllCentre(floats("score.centre", 2 * WIDTH))
                .addAllWeights(floats("score.weights", 2 * WIDTH * margins))
                .addAllBias(doubles("score.bias", margins)),
            List.of(part(photo, WIDTH), part(plans, WIDTH)),
            photoRange,
            planRange);
    int others = amulet.slotCount();
    columnStages(kind, zip, note, built);
    int otherCount = amulet.slotCount() - others;
    amulet.treeStage("trees", trees(kindSlots, photoSlots, planSlots, pca, score));
    int pictured = table + 2 * (WIDTH + 1);
    int inputs = pictured + otherCount;
    LinearModel.Builder linear =
        LinearModel.newBuilder()
            .setInputs(inputs)
            .setOutputs(margins)
            .addAllFill(floats("linear.fill", inputs))
            .addAllCentre(floats("linear.centre", inputs))
            .addAllWeights(floats("linear.weights", inputs * margins))
            .addAllBias(doubles("linear.bias", margins));
    for (int k = 0; k < margins; k++) {
      for (int i = (k + 1) * inputs - DATE_PARTS; i < (k + 1) * inputs; i++) {
        linear.setWeights(i, linear.getWeights(i) / 16); // Minutes weigh less than flags.
      }
      linear.addLower(-20).addUpper(20);
    }
    amulet.linearStage("linear", linear, range(0, pictured), range(others, otherCount));
    amulet.blendStage("blend", part("trees", 0.625), part("linear", 0.375));
    amulet.outputs(outputs());
    amulet.manifest().setProvenance(Provenance.newBuilder().setCreatedEpochMs(1_767_225_600_000L));
    return amulet;
  }

  /** Shares, target means, text and dates. */
  private void columnStages(int kind, int zip, int note, int built) {
    amulet.frequencyStage(
        kind,
        UnseenLevel.DEFAULT,
        Frequencies.newBuilder()
            .addAllShares(List.of(0.5f, 0.25f, 0.1875f, 0.0625f))
            .setUnseen(0)
            .setMissing(Float.NaN));
    amulet.targetMeanStage(
        zip,
        UnseenLevel.AS_MISSING,
        TargetMeans.newBuilder()
            .setOutputs(margins)
            .addAllMeans(floats("means", 3 * margins))
            .addAllUnseen(floats("means.unseen", margins))
            .addAllMissing(floats("means.missing", margins)));
    int buckets = 64;
    TextModel.Builder text =
        TextModel.newBuilder()
            .setLowerCase(true)
            .setWordMin(1)
            .setWordMax(2)
            .setCharMin(3)
            .setCharMax(4)
            .setBuckets(buckets)
            .setWeighting(
                task == Task.REGRESSION ? TextWeighting.SUBLINEAR : TextWeighting.RAW_COUNT)
            .setOutputs(3)
            .addAllComponents(floats("text", 3 * buckets));
    floats("idf", buckets).forEach(idf -> text.addIdf(1 + Math.abs(idf)));
    amulet.textStage(note, text);
    amulet.dateTimeStage(
        built,
        DateTimePart.DAY_OF_MONTH,
        DateTimePart.MONTH,
        DateTimePart.DAY_OF_WEEK,
        DateTimePart.HOUR,
        DateTimePart.MINUTE,
        DateTimePart.SECOND,
        DateTimePart.QUARTER,
        DateTimePart.IS_WEEKEND,
        DateTimePart.WEEK_OF_YEAR);
  }

  /** One tree on the table and one on the pictures for each margin. */
  private TreeEnsemble trees(int kind, int photo, int plans, int pca, int score) {
    float[] base = new float[margins];
    for (int k = 0; k < margins; k++) {
      base[k] = 0.25f * k - 0.125f;
    }
    TreeSketch trees =
        new TreeSketch(
            task == Task.REGRESSION ? Comparison.LESS_OR_EQUAL : Comparison.LESS_THAN, base);
    for (int k = 0; k < margins; k++) {
      List<Float> leaves = floats("leaves" + k, 8);
      trees.tree(
          k,
          split(
              0,
              3.9,
              k == 1,
              split(kind + 1, 0.5, true, leaf(leaves.get(0)), leaf(leaves.get(1))),
              split(photo + WIDTH, 0.5, false, leaf(leaves.get(2)), leaf(leaves.get(3)))));
      trees.tree(
          k,
          split(
              plans,
              0.5,
              true,
              split(pca, 0, false, leaf(leaves.get(4)), leaf(leaves.get(5))),
              split(score + 2 * margins, 0, false, leaf(leaves.get(6)), leaf(leaves.get(7)))));
    }
    return trees.build();
  }

  private Outputs.Builder outputs() {
    Outputs.Builder outputs = Outputs.newBuilder().setTask(task).setTarget("target");
    return switch (task) {
      case REGRESSION ->
          outputs
              .setLink(Link.LINK_IDENTITY)
              .setTargetTransform(
                  TargetTransform.newBuilder()
                      .setFunction(TargetFunction.TARGET_LOG)
                      .setMean(11.5)
                      .setScale(0.75))
              .addIntervals(
                  IntervalOffsets.newBuilder()
                      .setCoverage(0.9)
                      .setLower(-0.5)
                      .setUpper(0.5)
                      .setSpace(IntervalSpace.MARGIN));
      case BINARY ->
          outputs
              .addAllClasses(List.of("no", "yes"))
              .setLabelThreshold(0.375)
              .setLink(Link.LINK_LOGISTIC)
              .setCalibration(
                  Calibration.newBuilder()
                      .setPlatt(Platt.newBuilder().setSlope(1.25).setIntercept(-0.25)));
      default ->
          outputs
              .addAllClasses(List.of("cheap", "fair", "dear"))
              .setLink(Link.LINK_SOFTMAX)
              .setCalibration(
                  Calibration.newBuilder()
                      .setTemperature(Temperature.newBuilder().setTemperature(1.5)));
    };
  }

  private List<Float> floats(String name, int count) {
    return doubles(name, count).stream().map(Double::floatValue).toList();
  }

  /** Multiples of 1/4096 in [-1, 1). */
  private List<Double> doubles(String name, int count) {
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double uniform = Golden.uniform(Golden.fnv1a64(seed + "." + name), i);
      values.add((double) Math.round((2 * uniform - 1) * 4096) / 4096);
    }
    return values;
  }
}
