package dev.amulet.training.vision;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.Result;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.amulet.training.onnx.OnnxGraph;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Prints the tables of {@code docs/backbones.md}: error against timm, size of the network in an
 * amulet, and the processor time that one picture takes, measured in turns so that all networks see
 * the same machine. One thread and its processor time: what others do beside it counts little.
 */
final class BackboneTimes {
  private static final int BATCH = 16;

  private final String name;
  private final OnnxGraph serving;
  private final int side;
  private final double error;
  private final List<Double> single = new ArrayList<>();
  private final List<Double> batched = new ArrayList<>();

  private BackboneTimes(GoldenBackbone golden) {
    name = golden.spec().name();
    side = golden.spec().input().side();
    serving = ServingGraph.of(golden.spec().graph(golden));
    double worst = 0;
    for (GoldenBackbone.Picture picture : golden.pictures()) {
      int height = picture.height();
      int width = picture.width();
      try (var session =
          dev.amulet.training.onnx.OrtSession.of(serving.withInputSize(height, width))) {
        Map<String, float[]> outputs = session.run(picture.pixels(), 1, 3, height, width);
        worst = Math.max(worst, picture.error(outputs.get(Backbone.EMBEDDING)));
      }
    }
    error = worst;
  }

  private void measure() throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (SessionOptions options = new SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
      try (OrtSession session = environment.createSession(serving.toBytes(), options)) {
        run(environment, session, 1);
        for (int i = 0; i < 5; i++) {
          single.add(run(environment, session, 1));
        }
        batched.add(run(environment, session, BATCH) / BATCH);
      }
    }
  }

  /** Milliseconds of processor time of one run. */
  private double run(OrtEnvironment environment, OrtSession session, int batch)
      throws OrtException {
    float[] pixels = GoldenBackbone.symmetric("times", batch * 3 * side * side, 1.5);
    long[] shape = {batch, 3, side, side};
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    try (OnnxTensor tensor =
        OnnxTensor.createTensor(environment, FloatBuffer.wrap(pixels), shape)) {
      long before = threads.getCurrentThreadCpuTime();
      try (Result result =
          session.run(Map.of(BackboneSpec.INPUT, tensor), java.util.Set.of(Backbone.EMBEDDING))) {
        long after = threads.getCurrentThreadCpuTime();
        if (result.size() != 1) {
          throw new AssertionError("no embedding");
        }
        return (after - before) / 1e6;
      }
    }
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(v -> v).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  /**
   * @param args number of rounds, then names; without names the ten
   */
  public static void main(String[] args) throws OrtException {
    int rounds = args.length == 0 ? 5 : Integer.parseInt(args[0]);
    List<String> names =
        args.length > 1
            ? Arrays.asList(args).subList(1, args.length)
            : BackboneCatalogue.ten().stream().map(BackboneSpec::name).toList();
    List<BackboneTimes> all = new ArrayList<>();
    for (String name : names) {
      all.add(new BackboneTimes(GoldenBackbone.of(name)));
    }
    for (int round = 0; round < rounds; round++) {
      for (BackboneTimes one : all) {
        one.measure();
      }
    }
    double unit = 0;
    double unitBatched = 0;
    for (BackboneTimes one : all) {
      if (one.name.equals("mobilenetv2")) {
        unit = median(one.single);
        unitBatched = median(one.batched);
      }
    }
    System.out.println(
        "| network | error / rms | bytes | ms, batch 1 | ms per picture, batch 16 | to mobilenetv2"
            + " |");
    System.out.println("| --- | --: | --: | --: | --: | --: |");
    for (BackboneTimes one : all) {
      System.out.printf(
          "| %s | %.1e | %,d | %.1f (%.1f) | %.1f (%.1f) | %.1f, %.1f |%n",
          one.name,
          one.error,
          one.serving.toBytes().length,
          median(one.single),
          one.single.stream().mapToDouble(v -> v).min().orElse(0),
          median(one.batched),
          one.batched.stream().mapToDouble(v -> v).min().orElse(0),
          median(one.single) / unit,
          median(one.batched) / unitBatched);
    }
  }
}
