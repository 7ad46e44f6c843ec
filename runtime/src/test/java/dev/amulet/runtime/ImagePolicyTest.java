package dev.amulet.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.amulet.runtime.ImagePolicy.Format;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ImagePolicyTest {

  @Test
  void defaultsAreTheDocumentedOnes() {
    assertThat(ImagePolicy.defaults())
        .isEqualTo(
            new ImagePolicy(
                20 * 1024 * 1024,
                40_000_000,
                16_384,
                100,
                1024 * 1024,
                4 * 1024 * 1024,
                2_000,
                EnumSet.allOf(Format.class)));
  }

  @Test
  void limitsMustBePositive() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImagePolicy.builder().maxPixels(0).build())
        .withMessage("maxPixels is 0, expected more than 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImagePolicy.builder().maxPixels(Integer.MAX_VALUE).build())
        .withMessageContaining("at most");
  }

  @Test
  void laterChangesToTheSetDoNotReachThePolicy() {
    Set<Format> formats = EnumSet.of(Format.PNG);
    ImagePolicy policy = ImagePolicy.builder().formats(formats).build();
    formats.clear();
    assertThat(policy.formats()).containsExactly(Format.PNG);
  }
}
