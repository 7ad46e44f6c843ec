package dev.amulet.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class CapabilitiesTest {
  @Test
  void theWriterListsWhatTheAmuletUses() throws Exception {
    try (Artifact artifact = Artifact.open(ByteBuffer.wrap(SampleAmulet.bytes()), "a")) {
      assertThat(artifact.manifest().getRequiredCapabilitiesList())
          .isSorted()
          .doesNotHaveDuplicates()
          .contains(
              "stage.one_hot",
              "stage.image",
              "stage.blend",
              "resize.squash",
              "interpolation.bilinear",
              "unseen_level.other_slot",
              "view.mirrored",
              "image.several_views",
              "numeric.missing_flag",
              "linear.bounds",
              "comparison.less_than",
              "text_weighting.sublinear",
              "target_function.target_log",
              "interval_space.margin",
              "trees.codec.1")
          .doesNotContain("bag", "calibration.platt", "resize.pad");
    }
  }
}
