package dev.amulet.training.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeySpellingTest {
  private static final Path MAPS = Path.of("..", "..", "shared", "golden", "keymaps");

  @ParameterizedTest
  @CsvSource({
    "mobilenetv2_100, features.0.0.weight, conv_stem.weight",
    "mobilenetv2_100, features.1.conv.1.weight, blocks.0.0.conv_pw.weight",
    "mobilenetv2_100, features.17.conv.3.running_var, blocks.6.0.bn3.running_var",
    "mobilenetv2_100, classifier.1.bias, classifier.bias",
    "efficientnet_b0, features.1.0.block.1.fc2.bias, blocks.0.0.se.conv_expand.bias",
    "efficientnet_b2, features.7.1.block.3.0.weight, blocks.6.1.conv_pwl.weight",
    "densenet121, features.denseblock1.denselayer2.norm.1.bias,"
        + " features.denseblock1.denselayer2.norm1.bias",
    "resnet50, layer1.0.conv1.weight, layer1.0.conv1.weight"
  })
  void torchvisionsNamesBecomeTimms(String model, String torchvision, String timm) {
    assertThat(KeySpelling.of(model).timm(torchvision)).isEqualTo(timm);
    assertThat(KeySpelling.of(model).timm(timm)).isEqualTo(timm);
  }

  @ParameterizedTest
  @CsvSource({
    "mobilenetv2_100, mobilenetv2",
    "efficientnet_b0, efficientnetb0",
    "efficientnet_b2, efficientnetb2"
  })
  void everyNameOfTheReferenceMapsIsMapped(String model, String file) throws IOException {
    Path map = MAPS.resolve(file + ".timm-to-torchvision.json");
    assumeTrue(Files.isRegularFile(map), () -> map + " is not there: skipped");
    JsonNode names = new ObjectMapper().readTree(map.toFile());
    assertThat(names.size()).isGreaterThan(200);
    KeySpelling spelling = KeySpelling.of(model);
    for (Map.Entry<String, JsonNode> pair : names.properties()) {
      assertThat(spelling.timm(pair.getValue().asText())).isEqualTo(pair.getKey());
    }
  }
}
