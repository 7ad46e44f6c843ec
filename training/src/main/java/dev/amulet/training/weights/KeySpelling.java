package dev.amulet.training.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * How public collections spell the names of parameters that timm has under another name. Each rule
 * is a pattern and what it becomes; all that match are applied, in order.
 */
public final class KeySpelling {
  private static final List<List<String>> DENSENET =
      List.of(rule("(denselayer\\d+\\.(?:norm|conv))\\.([12])\\.", "$1$2."));

  private static final List<List<String>> MOBILENET_V2 =
      List.of(
          rule("^features\\.0\\.0\\.", "conv_stem."),
          rule("^features\\.0\\.1\\.", "bn1."),
          rule("^features\\.18\\.0\\.", "conv_head."),
          rule("^features\\.18\\.1\\.", "bn2."),
          rule("^classifier\\.1\\.", "classifier."),
          rule("^features\\.1\\.conv\\.0\\.0\\.", "blocks.0.0.conv_dw."),
          rule("^features\\.1\\.conv\\.0\\.1\\.", "blocks.0.0.bn1."),
          rule("^features\\.1\\.conv\\.1\\.", "blocks.0.0.conv_pw."),
          rule("^features\\.1\\.conv\\.2\\.", "blocks.0.0.bn2."),
          rule("^features\\.2\\.conv\\.", "blocks.1.0.conv."),
          rule("^features\\.3\\.conv\\.", "blocks.1.1.conv."),
          rule("^features\\.4\\.conv\\.", "blocks.2.0.conv."),
          rule("^features\\.5\\.conv\\.", "blocks.2.1.conv."),
          rule("^features\\.6\\.conv\\.", "blocks.2.2.conv."),
          rule("^features\\.7\\.conv\\.", "blocks.3.0.conv."),
          rule("^features\\.8\\.conv\\.", "blocks.3.1.conv."),
          rule("^features\\.9\\.conv\\.", "blocks.3.2.conv."),
          rule("^features\\.10\\.conv\\.", "blocks.3.3.conv."),
          rule("^features\\.11\\.conv\\.", "blocks.4.0.conv."),
          rule("^features\\.12\\.conv\\.", "blocks.4.1.conv."),
          rule("^features\\.13\\.conv\\.", "blocks.4.2.conv."),
          rule("^features\\.14\\.conv\\.", "blocks.5.0.conv."),
          rule("^features\\.15\\.conv\\.", "blocks.5.1.conv."),
          rule("^features\\.16\\.conv\\.", "blocks.5.2.conv."),
          rule("^features\\.17\\.conv\\.", "blocks.6.0.conv."),
          rule("^(blocks\\.\\d+\\.\\d+)\\.conv\\.0\\.0\\.", "$1.conv_pw."),
          rule("^(blocks\\.\\d+\\.\\d+)\\.conv\\.0\\.1\\.", "$1.bn1."),
          rule("^(blocks\\.\\d+\\.\\d+)\\.conv\\.1\\.0\\.", "$1.conv_dw."),
          rule("^(blocks\\.\\d+\\.\\d+)\\.conv\\.1\\.1\\.", "$1.bn2."),
          rule("^(blocks\\.\\d+\\.\\d+)\\.conv\\.2\\.", "$1.conv_pwl."),
          rule("^(blocks\\.\\d+\\.\\d+)\\.conv\\.3\\.", "$1.bn3."));

  private static final List<List<String>> EFFICIENTNET =
      List.of(
          rule("^features\\.0\\.0\\.", "conv_stem."),
          rule("^features\\.0\\.1\\.", "bn1."),
          rule("^features\\.8\\.0\\.", "conv_head."),
          rule("^features\\.8\\.1\\.", "bn2."),
          rule("^classifier\\.1\\.", "classifier."),
          rule("^features\\.1\\.(\\d+)\\.block\\.0\\.0\\.", "blocks.0.$1.conv_dw."),
          rule("^features\\.1\\.(\\d+)\\.block\\.0\\.1\\.", "blocks.0.$1.bn1."),
          rule("^features\\.1\\.(\\d+)\\.block\\.1\\.fc1\\.", "blocks.0.$1.se.conv_reduce."),
          rule("^features\\.1\\.(\\d+)\\.block\\.1\\.fc2\\.", "blocks.0.$1.se.conv_expand."),
          rule("^features\\.1\\.(\\d+)\\.block\\.2\\.0\\.", "blocks.0.$1.conv_pw."),
          rule("^features\\.1\\.(\\d+)\\.block\\.2\\.1\\.", "blocks.0.$1.bn2."),
          rule("^features\\.2\\.(\\d+)\\.block\\.", "blocks.1.$1.block."),
          rule("^features\\.3\\.(\\d+)\\.block\\.", "blocks.2.$1.block."),
          rule("^features\\.4\\.(\\d+)\\.block\\.", "blocks.3.$1.block."),
          rule("^features\\.5\\.(\\d+)\\.block\\.", "blocks.4.$1.block."),
          rule("^features\\.6\\.(\\d+)\\.block\\.", "blocks.5.$1.block."),
          rule("^features\\.7\\.(\\d+)\\.block\\.", "blocks.6.$1.block."),
          rule("^(blocks\\.\\d+\\.\\d+)\\.block\\.0\\.0\\.", "$1.conv_pw."),
          rule("^(blocks\\.\\d+\\.\\d+)\\.block\\.0\\.1\\.", "$1.bn1."),
          rule("^(blocks\\.\\d+\\.\\d+)\\.block\\.1\\.0\\.", "$1.conv_dw."),
          rule("^(blocks\\.\\d+\\.\\d+)\\.block\\.1\\.1\\.", "$1.bn2."),
          rule("^(blocks\\.\\d+\\.\\d+)\\.block\\.2\\.fc1\\.", "$1.se.conv_reduce."),
          rule("^(blocks\\.\\d+\\.\\d+)\\.block\\.2\\.fc2\\.", "$1.se.conv_expand."),
          rule("^(blocks\\.\\d+\\.\\d+)\\.block\\.3\\.0\\.", "$1.conv_pwl."),
          rule("^(blocks\\.\\d+\\.\\d+)\\.block\\.3\\.1\\.", "$1.bn3."));

  /** Torchvision's spelling, by the first part of timm's name of the architecture. */
  private static final Map<String, List<List<String>>> TORCHVISION =
      Map.of("densenet121", DENSENET, "mobilenetv2", MOBILENET_V2, "efficientnet", EFFICIENTNET);

  private final List<Rule> rules;

  private record Rule(Pattern pattern, String replacement) {}

  private KeySpelling(List<Rule> rules) {
    this.rules = rules;
  }

  /** The rules for an architecture of timm, by its name there, such as {@code resnet50}. */
  public static KeySpelling of(String timmModel) {
    String family = timmModel.replaceFirst("_.*", "");
    List<Rule> rules = new ArrayList<>();
    TORCHVISION
        .getOrDefault(family, List.of())
        .forEach(pair -> rules.add(new Rule(Pattern.compile(pair.get(0)), pair.get(1))));
    return new KeySpelling(rules);
  }

  /** The tensors under timm's names. */
  public StateDict apply(StateDict weights) throws WeightFileException {
    return weights.renamed(this::timm);
  }

  String timm(String name) {
    String result = name;
    for (Rule rule : rules) {
      result = rule.pattern().matcher(result).replaceFirst(rule.replacement());
    }
    return result;
  }

  private static List<String> rule(String pattern, String replacement) {
    return List.of(pattern, replacement);
  }
}
