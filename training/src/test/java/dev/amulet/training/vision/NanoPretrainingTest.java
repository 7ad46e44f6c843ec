package dev.amulet.training.vision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.training.onnx.OnnxGraph;
import dev.amulet.training.vision.NanoPretraining.Plan;
import dev.amulet.training.vision.NanoPretraining.Progress;
import dev.amulet.training.vision.nano.NanoNetwork;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NanoPretrainingTest {
  private static final Plan FEW = new Plan(24 * 8, 24 * 8, 8, 1e-3, 3);

  @BeforeAll
  static void needsPyTorch() {
    PyTorchHere.managerOrSkip().close();
  }

  @Test
  void aFewStepsLearnSomethingAndTheFileIsABackbone(@TempDir Path folder) throws Exception {
    List<Progress> reports = new ArrayList<>();
    byte[] file = NanoPretraining.train(FEW, reports::add);

    assertThat(reports).hasSize(1);
    Progress last = reports.get(0);
    assertThat(last.step()).isEqualTo(24).isEqualTo(last.steps());
    assertThat(last.correct()).hasSize(8).allMatch(share -> share >= 0 && share <= 1);
    assertThat(last.loss()).isBetween(2.5, 3.5);

    Path path = Files.write(folder.resolve("own.onnx"), file);
    Backbone backbone = Backbones.fromFile(path);
    assertThat(backbone.embeddingWidth()).isEqualTo(NanoNetwork.WIDTH);
    assertThat(backbone.preprocessing().getMeanList()).containsOnly(NanoBackbone.MEAN);
    assertThat(backbone.preprocessing().getStdList()).containsOnly(NanoBackbone.STD);
    assertThat(backbone.preprocessing().getWidth()).isEqualTo(NanoNetwork.SIDE);
    OnnxGraph before = NanoNetwork.graph(NanoPretraining.initial(FEW.seed()));
    assertThat(backbone.graph().initializer("stem.conv.weight"))
        .isNotEqualTo(before.initializer("stem.conv.weight"));
  }

  @Test
  void theLearningRateRisesThenFallsToNothing() {
    Plan plan = Plan.builtIn().withPictures(160_000);
    assertThat(plan.learningRate(0)).isLessThan(0.01 * plan.learningRate());
    assertThat(plan.learningRate(plan.steps() / 20 - 1))
        .isCloseTo(plan.learningRate(), Offset.offset(1e-9));
    assertThat(plan.learningRate(plan.steps() - 1)).isCloseTo(0, Offset.offset(1e-6));
    assertThat(plan.side(0)).isLessThan(plan.side(plan.steps() - 1));
  }
}
