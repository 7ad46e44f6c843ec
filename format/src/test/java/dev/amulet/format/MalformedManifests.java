package dev.amulet.format;

import static dev.amulet.format.MalformedAmulet.goodManifest;
import static dev.amulet.format.MalformedAmulet.manifest;
import static dev.amulet.format.MalformedAmulet.rawManifest;
import static dev.amulet.format.MalformedPipelines.stage;

import com.google.protobuf.ByteString;
import dev.amulet.format.v1.Calibration;
import dev.amulet.format.v1.Column;
import dev.amulet.format.v1.DataType;
import dev.amulet.format.v1.ImagePreprocessing;
import dev.amulet.format.v1.Kind;
import dev.amulet.format.v1.Link;
import dev.amulet.format.v1.Manifest;
import dev.amulet.format.v1.OutputRole;
import dev.amulet.format.v1.Outputs;
import dev.amulet.format.v1.Platt;
import dev.amulet.format.v1.Resize;
import dev.amulet.format.v1.Role;
import dev.amulet.format.v1.Task;
import dev.amulet.format.v1.Temperature;
import dev.amulet.format.v1.View;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Files whose zip is good and whose manifest breaks a rule. */
final class MalformedManifests {
  private static final int SHARE = 2;
  private static final int PHOTO = 6;
  private static final int PCA = 7;
  private static final int TREES = 10;

  private MalformedManifests() {}

  static Stream<MalformedAmulet> all() {
    return Stream.of(wire(), identity(), schema(), networks(), images(), outputs(), references())
        .flatMap(s -> s);
  }

  private static Stream<MalformedAmulet> wire() {
    TinyOnnx nested = TinyOnnx.message().number(1, 1);
    for (int i = 0; i < 40; i++) {
      nested = TinyOnnx.message().message(7, nested);
    }
    TinyOnnx empties = TinyOnnx.message();
    for (int i = 0; i < 600_000; i++) {
      empties.bytes(7, new byte[0]);
    }
    byte[] good = goodManifest().build().toByteArray();
    byte[] cut = Arrays.copyOf(good, good.length - 1);
    return Stream.of(
        rawManifest("not protobuf", new byte[] {15, 7, 7}, "manifest.pb:", "wire type 7"),
        rawManifest("empty manifest", new byte[0], "format version 0.0"),
        rawManifest("manifest cut", cut, "claims a length", "only", "are left"),
        rawManifest(
            "length of 2 GiB", new byte[] {42, -1, -1, -1, -1, 7}, "a length of 2147483647"),
        rawManifest(
            "length of 2^63",
            new byte[] {42, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1},
            "a length of 18446744073709551615 bytes"),
        rawManifest(
            "number of 11 bytes",
            new byte[] {8, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1},
            "more than 10 bytes"),
        rawManifest(
            "a million empty messages", empties.toBytes(), "bytes of memory would be needed"),
        rawManifest(
            "field given twice",
            TinyOnnx.message().number(1, 0).number(1, 0).toBytes(),
            "Manifest.format_major is given twice"),
        rawManifest(
            "two kinds of stage",
            TinyOnnx.message()
                .message(
                    8,
                    TinyOnnx.message()
                        .message(
                            2, TinyOnnx.message().bytes(10, new byte[0]).bytes(11, new byte[0])))
                .toBytes(),
            "Stage.kind is given twice"),
        rawManifest("text that is not UTF-8", new byte[] {42, 1, -1}, "not a Manifest message"),
        rawManifest("group", new byte[] {43, 44}, "wire type 3"));
  }

  private static Stream<MalformedAmulet> identity() {
    return Stream.of(
        manifest(
            "newer version",
            m -> m.setFormatMinor(99),
            "manifest.pb format_major, format_minor: format version 0.99, this runtime reads 0.1",
            "upgrade the runtime"),
        manifest("version of 2^31", m -> m.setFormatMajor(-1), "format version 4294967295.1"),
        manifest(
            "unknown capability",
            m -> m.addRequiredCapabilities("stage.quantum"),
            "needs the capability \"stage.quantum\"",
            "upgrade the runtime"),
        manifest(
            "capability twice",
            m -> m.addRequiredCapabilities(m.getRequiredCapabilities(0)),
            "twice"),
        manifest(
            "capability not listed",
            m -> m.clearRequiredCapabilities(),
            "required_capabilities: the amulet uses",
            "does not list it"),
        manifest(
            "capability of a tree not listed",
            m -> unlist(m, "trees.codec.1"),
            "uses \"trees.codec.1\" and does not list it"),
        manifest("kind not set", Manifest.Builder::clearKind, "kind: not set"),
        manifest("kind unknown", m -> m.setKindValue(9), "kind: unknown value 9"),
        manifest("no name", m -> m.setName(" "), "name: empty"),
        manifest(
            "model without outputs", Manifest.Builder::clearOutputs, "outputs: not set in a MODEL"),
        manifest(
            "draft with outputs",
            m -> {
              m.setKind(Kind.DRAFT);
              m.addRequiredCapabilities("kind.draft");
            },
            "outputs: set in a DRAFT"),
        manifest(
            "model without final stage",
            m -> m.getPipelineBuilder().clearFinalStage(),
            "pipeline.final_stage: empty in a MODEL"),
        manifest(
            "provenance digest",
            m -> m.getProvenanceBuilder().setDataSha256(ByteString.copyFromUtf8("x")),
            "provenance.data_sha256: 1 bytes, expected 32"));
  }

  private static Stream<MalformedAmulet> schema() {
    return Stream.of(
        manifest("no columns", Manifest.Builder::clearSchema, "schema.columns: 0 columns"),
        column(
            "column without name",
            1,
            Column.Builder::clearName,
            "schema.columns[1] \"\"",
            "empty name"),
        column(
            "column name twice",
            1,
            c -> c.setName("price"),
            "schema.columns[1] \"price\": the name occurs twice"),
        column(
            "two targets",
            1,
            c -> {
              c.setRole(Role.TARGET);
            },
            "a second column of role TARGET"),
        column(
            "role unknown", 1, c -> c.setRoleValue(77), "schema.columns[1].role: unknown value 77"),
        column("type not set", 1, Column.Builder::clearType, "columns[1].type: not set"),
        column(
            "data type does not fit",
            1,
            c -> c.setDataType(DataType.STRING),
            "data_type: STRING does not fit the type NUMERIC"),
        column(
            "levels of a number", 1, c -> c.addLevels("a"), "levels: 1 levels of a column of type"),
        column("level twice", 2, c -> c.setLevels(1, "flat"), "levels[1] \"flat\": occurs twice"),
        column("level empty", 2, c -> c.setLevels(1, ""), "levels[1]: empty"),
        column(
            "level counts",
            2,
            c -> c.getStatisticsBuilder().addLevelCounts(1),
            "statistics.level_counts: 4 counts for 3 levels"),
        column(
            "statistics not finite",
            1,
            c -> c.getStatisticsBuilder().setMax(Double.NaN),
            "schema.columns[1].statistics.max: NaN"),
        column("min above max", 1, c -> c.getStatisticsBuilder().setMin(10), "min 10.0 is above"),
        column("image policy missing", 3, Column.Builder::clearImage, "image: not set"),
        column(
            "image policy of a text",
            5,
            c -> c.setImage(goodManifest().getSchema().getColumns(3).getImage()),
            "image: set on a column of type TEXT"),
        column("zone missing", 4, Column.Builder::clearDateTime, "date_time: not set"),
        column(
            "zone unknown",
            4,
            c -> c.getDateTimeBuilder().setZone("Mars/Base"),
            "date_time.zone: the zone \"Mars/Base\" is unknown"),
        column(
            "date pattern",
            4,
            c -> c.getDateTimeBuilder().setPatterns(0, "{{"),
            "date_time.patterns[0] \"{{\": not a java.time pattern"),
        column(
            "date pattern with a year of an era",
            4,
            c -> c.getDateTimeBuilder().setPatterns(0, "d.M.yyyy"),
            "date_time.patterns[0] \"d.M.yyyy\": gives no date, expected year (uuuu)"),
        column(
            "date pattern without a day",
            4,
            c -> c.getDateTimeBuilder().setPatterns(0, "M/uuuu"),
            "date_time.patterns[0] \"M/uuuu\": gives no date"),
        manifest(
            "no inputs",
            m ->
                m.getSchemaBuilder()
                    .getColumnsBuilderList()
                    .forEach(
                        c -> {
                          if (c.getRole() == Role.INPUT) {
                            c.setRole(Role.ID);
                          }
                        }),
            "no column of role INPUT"));
  }

  private static Stream<MalformedAmulet> networks() {
    return Stream.of(
        manifest("network without id", m -> m.getNetworksBuilder(0).clearId(), "networks[0] \"\""),
        manifest(
            "network without input",
            m -> m.getNetworksBuilder(0).clearInput(),
            "networks[0] \"tiny\".input: empty"),
        manifest(
            "network without session",
            m -> m.getNetworksBuilder(0).clearSession(),
            "session: not set"),
        manifest(
            "network without outputs",
            m -> m.getNetworksBuilder(0).clearOutputs(),
            "outputs: none"),
        manifest(
            "output name twice",
            m -> m.getNetworksBuilder(0).getOutputsBuilder(1).setName("embedding"),
            "outputs[1] \"embedding\""),
        manifest(
            "output shape of a feature map",
            m -> {
              m.getNetworksBuilder(0).getOutputsBuilder(1).setRole(OutputRole.FEATURE_MAP);
              m.addRequiredCapabilities("output_role.feature_map");
            },
            "1 dimensions, expected 3 for the role FEATURE_MAP"),
        manifest(
            "output dimension 0",
            m -> m.getNetworksBuilder(0).getOutputsBuilder(1).setShape(0, 0),
            "shape: a dimension of 0, expected 1 to 65536"),
        manifest(
            "output dimension of 2^32",
            m -> m.getNetworksBuilder(0).getOutputsBuilder(1).setShape(0, -1),
            "4294967295"));
  }

  private static Stream<MalformedAmulet> images() {
    return Stream.of(
        image("width 0", p -> p.setWidth(0), "preprocessing.width: 0 pixels, expected 1 to 4096"),
        image("height too large", p -> p.setHeight(5000), "height: 5000 pixels"),
        image("divisor 0", p -> p.setDivisor(0), "divisor: 0.0, expected more than 0"),
        image("two means", p -> p.clearMean().addMean(1).addMean(1), "mean: 2 values"),
        image("four deviations", p -> p.addStd(1), "std: 4 values"),
        image("deviation 0", p -> p.setStd(2, 0), "std[2]: 0.0, expected more than 0"),
        image("mean NaN", p -> p.setMean(1, Float.NaN), "preprocessing.mean[1]: NaN"),
        image(
            "crop larger than the shorter side",
            p -> p.setResize(Resize.SHORTER_SIDE_CROP).setShorterSide(7),
            "shorter_side: 7 pixels, expected 8"),
        image("shorter side without a crop", p -> p.setShorterSide(9), "shorter_side: set to 9"),
        image("colour", p -> p.setPadRgb(1 << 24), "pad_rgb: 0x1000000"),
        image("resize not set", ImagePreprocessing.Builder::clearResize, "resize: not set"),
        stage(
            "no preprocessing",
            PHOTO,
            s -> s.getImageBuilder().clearPreprocessing(),
            "preprocessing: not set"),
        stage(
            "unknown network",
            PHOTO,
            s -> s.getImageBuilder().setNetwork("other"),
            "network: names \"other\""),
        stage("no view", PHOTO, s -> s.getImageBuilder().clearViews(), "views: []"),
        stage("view twice", PHOTO, s -> s.getImageBuilder().addViews(View.UPRIGHT), "each once"),
        stage(
            "unknown output",
            PHOTO,
            s -> s.getImageBuilder().setOutputs(0, "nothing"),
            "outputs \"nothing\": no such output"),
        stage("no output", PHOTO, s -> s.getImageBuilder().clearOutputs(), "outputs: none"),
        stage(
            "image of a text",
            PHOTO,
            s -> s.getImageBuilder().setColumn(SampleAmulet.NOTE),
            "\"note\" has role INPUT and type TEXT, expected role INPUT and type IMAGE"));
  }

  private static Stream<MalformedAmulet> outputs() {
    return Stream.of(
        outputs("task not set", Outputs.Builder::clearTask, "outputs.task: not set"),
        outputs(
            "another target", o -> o.setTarget("id"), "outputs.target: \"id\", expected \"price\""),
        outputs(
            "classes of a regression", o -> o.addClasses("a"), "1 classes for the task REGRESSION"),
        outputs("threshold of a regression", o -> o.setLabelThreshold(0.5), "label_threshold: 0.5"),
        outputs(
            "link",
            o -> o.setLink(Link.LINK_LOGISTIC),
            "link: LINK_LOGISTIC, expected LINK_IDENTITY"),
        outputs("no transform", Outputs.Builder::clearTargetTransform, "target_transform: not set"),
        outputs("scale 0", o -> o.getTargetTransformBuilder().setScale(0), "scale: 0.0"),
        outputs(
            "calibrated regression",
            o ->
                o.setCalibration(Calibration.newBuilder().setPlatt(Platt.newBuilder().setSlope(1))),
            "calibration: PLATT for the task REGRESSION"),
        outputs(
            "coverage 1",
            o -> o.getIntervalsBuilder(0).setCoverage(1),
            "intervals[0].coverage: 1.0"),
        outputs(
            "interval upside down",
            o -> o.getIntervalsBuilder(0).setLower(2),
            "lower 2.0 is above"),
        binary("binary of three", o -> o.addClasses("maybe"), "3 classes for the task BINARY"),
        binary("label twice", o -> o.setClasses(1, "no"), "classes[1] \"no\": occurs twice"),
        binary(
            "threshold 1",
            o -> o.setLabelThreshold(1),
            "label_threshold: 1.0, expected more than 0"),
        binary(
            "temperature of two classes",
            o ->
                o.setCalibration(
                    Calibration.newBuilder()
                        .setTemperature(Temperature.newBuilder().setTemperature(1))),
            "TEMPERATURE for the task BINARY"),
        binary(
            "calibration of no method",
            o -> o.setCalibration(Calibration.getDefaultInstance()),
            "calibration: no method"),
        binary(
            "isotonic falls",
            o ->
                o.getCalibrationBuilder()
                    .getIsotonicBuilder()
                    .addProbability(0.1)
                    .addProbability(0.1)
                    .addCalibrated(0)
                    .addCalibrated(1),
            "isotonic: point 1 is (0.1, 1.0), expected rising"),
        binary(
            "interval of a class",
            o -> o.addIntervals(goodManifest().getOutputs().getIntervals(0)),
            "intervals: set for the task BINARY"));
  }

  private static Stream<MalformedAmulet> references() {
    return Stream.of(
        manifest(
            "network entry not there",
            m -> m.getNetworksBuilder(0).setEntry("networks/other.onnx"),
            "networks[0] \"tiny\".entry: names the entry \"networks/other.onnx\""),
        manifest(
            "network entry is a table",
            m -> m.getNetworksBuilder(0).setEntry("tables/pca.pb"),
            "expected one of the file's"),
        stage(
            "trees entry not there",
            TREES,
            s -> s.getTreeBuilder().setTrees("../m1.pb"),
            "tree.trees: names the entry \"../m1.pb\""),
        stage(
            "table named twice",
            PCA,
            s -> s.getProjectionBuilder().setTable("tables/share.pb"),
            "which was named before"),
        manifest("entry listed twice", m -> m.addEntries(m.getEntries(1)), "each once"),
        manifest(
            "manifest lists itself",
            m -> m.addEntries(m.getEntries(1).toBuilder().setPath("manifest.pb")),
            "but manifest.pb"),
        manifest(
            "digest of 31 bytes",
            m -> m.getEntriesBuilder(1).setSha256(ByteString.copyFrom(new byte[31])),
            "sha256: 31 bytes, expected 32"),
        manifest("no entries listed", Manifest.Builder::clearEntries, "entries[0]: none, expected"),
        manifest(
            "stage without a table",
            m -> {
              m.getPipelineBuilder()
                  .getStagesBuilder(SHARE)
                  .clearFrequency()
                  .getNumericBuilder()
                  .setColumn(1)
                  .setFunctionValue(1);
            },
            "\"tables/share.pb\": no network or stage names this entry"));
  }

  private static void unlist(Manifest.Builder manifest, String capability) {
    var kept =
        manifest.getRequiredCapabilitiesList().stream().filter(c -> !c.equals(capability)).toList();
    manifest.clearRequiredCapabilities().addAllRequiredCapabilities(kept);
  }

  private static MalformedAmulet column(
      String name, int index, Consumer<Column.Builder> change, String... says) {
    return manifest(name, m -> change.accept(m.getSchemaBuilder().getColumnsBuilder(index)), says);
  }

  private static MalformedAmulet image(
      String name, Consumer<ImagePreprocessing.Builder> change, String... says) {
    return manifest(
        name,
        m -> {
          change.accept(
              m.getPipelineBuilder()
                  .getStagesBuilder(PHOTO)
                  .getImageBuilder()
                  .getPreprocessingBuilder());
          m.clearRequiredCapabilities().addAllRequiredCapabilities(everything(m));
        },
        says);
  }

  private static MalformedAmulet outputs(
      String name, Consumer<Outputs.Builder> change, String... says) {
    return manifest(
        name,
        m -> {
          change.accept(m.getOutputsBuilder());
          m.clearRequiredCapabilities().addAllRequiredCapabilities(everything(m));
        },
        says);
  }

  private static MalformedAmulet binary(
      String name, Consumer<Outputs.Builder> change, String... says) {
    return outputs(
        name,
        o -> {
          o.setTask(Task.BINARY)
              .addClasses("no")
              .addClasses("yes")
              .setLabelThreshold(0.5)
              .setLink(Link.LINK_LOGISTIC)
              .clearTargetTransform()
              .clearIntervals();
          change.accept(o);
        },
        says);
  }

  /** What the changed manifest needs, so that its own rule is what refuses it. */
  private static Iterable<String> everything(Manifest.Builder manifest) {
    var names = Capabilities.of(manifest.build());
    names.addAll(goodManifest().getRequiredCapabilitiesList());
    return names;
  }
}
