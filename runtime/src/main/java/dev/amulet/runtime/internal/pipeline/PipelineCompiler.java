package dev.amulet.runtime.internal.pipeline;

import dev.amulet.format.Artifact;
import dev.amulet.format.ArtifactException;
import dev.amulet.format.v1.BlendPart;
import dev.amulet.format.v1.Column;
import dev.amulet.format.v1.ImageScore;
import dev.amulet.format.v1.ImageScorePart;
import dev.amulet.format.v1.LinearModel;
import dev.amulet.format.v1.Manifest;
import dev.amulet.format.v1.Projection;
import dev.amulet.format.v1.Role;
import dev.amulet.format.v1.SlotGroup;
import dev.amulet.format.v1.Stage;
import dev.amulet.format.v1.Task;
import dev.amulet.runtime.internal.linear.AffineKernel;
import dev.amulet.runtime.internal.pipeline.ModelSteps.BlendStep;
import dev.amulet.runtime.internal.pipeline.ModelSteps.Bounds;
import dev.amulet.runtime.internal.pipeline.ModelSteps.ImageScoreStep;
import dev.amulet.runtime.internal.pipeline.ModelSteps.LinearStep;
import dev.amulet.runtime.internal.pipeline.ModelSteps.ProjectionStep;
import dev.amulet.runtime.internal.pipeline.ModelSteps.TreeStep;
import dev.amulet.runtime.internal.pipeline.Pipeline.LaneSpec;
import dev.amulet.runtime.internal.transform.TransformKernel;
import dev.amulet.runtime.internal.tree.TreeKernel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Resolves a manifest's pipeline once, at open. The manifest has passed every structural check, so
 * nothing is checked again here except what this runtime does not implement.
 */
final class PipelineCompiler {
  private final Artifact artifact;
  private final Manifest manifest;
  private final int margins;
  private final int[] inputIndexes;
  private final List<TransformKernel> transforms = new ArrayList<>();
  private final List<ImageInput> images = new ArrayList<>();
  private final List<LaneSpec> lanes = new ArrayList<>();
  private final List<ModelStep> steps = new ArrayList<>();
  private final Map<String, Integer> models = new HashMap<>();
  private int widestAffine = 1;

  private PipelineCompiler(Artifact artifact) {
    this.artifact = artifact;
    manifest = artifact.manifest();
    margins =
        manifest.getOutputs().getTask() == Task.MULTICLASS
            ? manifest.getOutputs().getClassesCount()
            : 1;
    inputIndexes = new int[manifest.getSchema().getColumnsCount()];
    int next = 0;
    for (int i = 0; i < inputIndexes.length; i++) {
      inputIndexes[i] = manifest.getSchema().getColumns(i).getRole() == Role.INPUT ? next++ : -1;
    }
  }

  static Pipeline compile(Artifact artifact) throws ArtifactException {
    return new PipelineCompiler(artifact).compile();
  }

  private Pipeline compile() throws ArtifactException {
    for (Stage stage : manifest.getPipeline().getStagesList()) {
      add(stage);
    }
    String finalStage = manifest.getPipeline().getFinalStage();
    return new Pipeline(
        slotNames(),
        (int) IntStream.of(inputIndexes).filter(input -> input >= 0).count(),
        List.copyOf(transforms),
        List.copyOf(images),
        List.copyOf(lanes),
        List.copyOf(steps),
        models.size(),
        finalStage.isEmpty() ? null : models.get(finalStage),
        margins,
        widestAffine);
  }

  private void add(Stage stage) throws ArtifactException {
    switch (stage.getKindCase()) {
      case NUMERIC, ONE_HOT, FREQUENCY, TARGET_MEAN, TEXT, DATE_TIME ->
          transforms.add(Transforms.kernel(artifact, stage, inputIndexes));
      case IMAGE -> images.add(imageInput(stage));
      case PROJECTION -> steps.add(projection(stage));
      case IMAGE_SCORE -> steps.add(imageScore(stage));
      case TREE ->
          steps.add(
              new TreeStep(
                  new TreeKernel(artifact.trees(stage.getTree().getTrees())), newModel(stage)));
      case LINEAR -> steps.add(linear(stage));
      case BLEND -> steps.add(blend(stage));
      case KIND_NOT_SET ->
          throw new IllegalStateException("stage \"" + stage.getId() + "\" has no kind");
    }
  }

  private ImageInput imageInput(Stage stage) {
    var image = stage.getImage();
    Column column = manifest.getSchema().getColumns(image.getColumn());
    int network = ImageInputs.networkIndex(manifest, image.getNetwork());
    LaneSpec lane =
        new LaneSpec(
            network, image.getPreprocessing().getHeight(), image.getPreprocessing().getWidth());
    if (!lanes.contains(lane)) {
      lanes.add(lane);
    }
    return ImageInputs.resolve(
        manifest,
        image,
        images.size(),
        inputIndexes[image.getColumn()],
        column,
        lanes.indexOf(lane),
        firstSlot(stage));
  }

  private ModelStep projection(Stage stage) {
    Projection table = artifact.table(stage.getProjection().getTable()).getProjection();
    AffineKernel kernel =
        affine(
            table.getInputs(),
            table.getOutputs(),
            table.getFillList(),
            table.getCentreList(),
            table.getComponentsList(),
            List.of());
    return new ProjectionStep(kernel, stage.getReadsList(), firstSlot(stage));
  }

  private ModelStep imageScore(Stage stage) {
    ImageScore table = artifact.table(stage.getImageScore().getTable()).getImageScore();
    AffineKernel kernel =
        affine(
            table.getInputs(),
            table.getOutputs(),
            table.getFillList(),
            table.getCentreList(),
            table.getWeightsList(),
            table.getBiasList());
    List<Integer> parts =
        stage.getImageScore().getPartsList().stream().map(ImageScorePart::getSlots).toList();
    return ImageScoreStep.of(kernel, stage.getReadsList(), parts, firstSlot(stage));
  }

  private ModelStep linear(Stage stage) {
    LinearModel table = artifact.table(stage.getLinear().getTable()).getLinear();
    AffineKernel kernel =
        affine(
            table.getInputs(),
            table.getOutputs(),
            table.getFillList(),
            table.getCentreList(),
            table.getWeightsList(),
            table.getBiasList());
    Bounds bounds =
        table.getLowerCount() == 0
            ? null
            : new Bounds(
                table.getLowerList().stream().mapToDouble(d -> d).toArray(),
                table.getUpperList().stream().mapToDouble(d -> d).toArray());
    return new LinearStep(kernel, stage.getReadsList(), bounds, newModel(stage));
  }

  private ModelStep blend(Stage stage) {
    List<BlendPart> parts = stage.getBlend().getPartsList();
    int[] sources = new int[parts.size()];
    double[] weights = new double[parts.size()];
    for (int i = 0; i < sources.length; i++) {
      sources[i] = model(parts.get(i).getStage());
      weights[i] = parts.get(i).getWeight();
    }
    return new BlendStep(sources, weights, newModel(stage));
  }

  private int model(String stage) {
    Integer model = models.get(stage);
    if (model == null) {
      throw new IllegalStateException("stage \"" + stage + "\" has no margins");
    }
    return model;
  }

  private int newModel(Stage stage) {
    int model = models.size();
    models.put(stage.getId(), model);
    return model;
  }

  private AffineKernel affine(
      int inputs,
      int outputs,
      List<Float> fill,
      List<Float> centre,
      List<Float> weights,
      List<Double> bias) {
    widestAffine = Math.max(widestAffine, outputs);
    return new AffineKernel(inputs, outputs, fill, centre, weights, bias);
  }

  private List<String> slotNames() {
    List<String> names = new ArrayList<>();
    for (SlotGroup group : manifest.getPipeline().getSlotsList()) {
      int count = group.getRange().getCount();
      for (int i = 0; i < count; i++) {
        if (group.getSlotNamesCount() > 0) {
          names.add(group.getSlotNames(i));
        } else {
          names.add(count == 1 ? group.getName() : group.getName() + "." + i);
        }
      }
    }
    return List.copyOf(names);
  }

  private static int firstSlot(Stage stage) {
    return stage.getWrites(0).getFirst();
  }
}
