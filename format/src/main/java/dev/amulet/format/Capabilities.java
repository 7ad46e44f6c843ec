package dev.amulet.format;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.ImageStage;
import dev.amulet.format.v1.LinearModel;
import dev.amulet.format.v1.Manifest;
import dev.amulet.format.v1.NumericStage;
import dev.amulet.format.v1.Pipeline;
import dev.amulet.format.v1.Provenance;
import dev.amulet.format.v1.Stage;
import dev.amulet.format.v1.Table;
import dev.amulet.format.v1.TreeEnsemble;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The names of what a reader must be able to do. They follow from the messages: one for each enum
 * value ({@code interpolation.bilinear}), one for each variant of a oneof ({@code stage.one_hot}),
 * and a few for fields that change scores without either.
 */
final class Capabilities {
  private static final String BAG = "bag";
  private static final String SEVERAL_VIEWS = "image.several_views";
  private static final String MISSING_FLAG = "numeric.missing_flag";
  private static final String LINEAR_BOUNDS = "linear.bounds";
  private static final String TEXT_OF_LEVELS = "text.levels";
  private static final String TREE_CODEC = "trees.codec.";

  /** Every name this version has. */
  static final Set<String> KNOWN = known();

  private final SortedSet<String> names = new TreeSet<>();

  private Capabilities() {}

  /** What it takes to score this amulet. */
  static SortedSet<String> of(Manifest manifest, Contents contents) {
    SortedSet<String> names = of(manifest);
    Capabilities entries = new Capabilities();
    contents.tables().values().forEach(entries::collect);
    contents.trees().values().forEach(entries::collect);
    names.addAll(entries.names);
    return names;
  }

  /** What the manifest alone says that it takes. */
  static SortedSet<String> of(Manifest manifest) {
    Capabilities capabilities = new Capabilities();
    capabilities.collect(manifest);
    return capabilities.names;
  }

  private void collect(Message message) {
    if (message instanceof Provenance) {
      return;
    }
    special(message);
    message.getAllFields().forEach(this::collect);
  }

  private void collect(FieldDescriptor field, Object value) {
    if (value instanceof List<?> values) {
      if (field.getJavaType() == JavaType.ENUM || field.getJavaType() == JavaType.MESSAGE) {
        values.forEach(element -> collect(field, element));
      }
      return;
    }
    String variant = variant(field);
    if (variant != null) {
      names.add(variant);
    }
    if (value instanceof EnumValueDescriptor constant && named(constant)) {
      names.add(name(constant));
    } else if (value instanceof Message message) {
      collect(message);
    }
  }

  private void special(Message message) {
    if (message instanceof Manifest manifest && readsLevelsAsText(manifest)) {
      names.add(TEXT_OF_LEVELS);
    } else if (message instanceof Pipeline pipeline
        && pipeline.getStagesList().stream().anyMatch(stage -> stage.getMember() != 0)) {
      names.add(BAG);
    } else if (message instanceof ImageStage image && image.getViewsCount() > 1) {
      names.add(SEVERAL_VIEWS);
    } else if (message instanceof NumericStage numeric && numeric.getMissingFlag()) {
      names.add(MISSING_FLAG);
    } else if (message instanceof LinearModel linear && linear.getLowerCount() > 0) {
      names.add(LINEAR_BOUNDS);
    } else if (message instanceof TreeEnsemble trees) {
      names.add(TREE_CODEC + Integer.toUnsignedString(trees.getCodec()));
    }
  }

  private static boolean readsLevelsAsText(Manifest manifest) {
    return manifest.getPipeline().getStagesList().stream()
        .filter(Stage::hasText)
        .mapToInt(stage -> stage.getText().getColumn())
        .filter(column -> column >= 0 && column < manifest.getSchema().getColumnsCount())
        .mapToObj(column -> manifest.getSchema().getColumns(column).getType())
        .anyMatch(type -> type == ColumnType.CATEGORICAL);
  }

  static void requireKnown(Collection<String> required, Where where) throws ArtifactException {
    Set<String> seen = new HashSet<>();
    for (String name : required) {
      Where at = where.at("required_capabilities");
      if (!KNOWN.contains(name)) {
        throw at.bad(
            "the amulet needs the capability "
                + Where.quote(name)
                + ", which this runtime ("
                + "format "
                + FormatVersion.CURRENT.text()
                + ") does not have; upgrade the runtime");
      }
      if (!seen.add(name)) {
        throw at.bad("lists " + Where.quote(name) + " twice, expected once");
      }
    }
  }

  static void requireListed(Collection<String> used, Collection<String> listed, Where where)
      throws ArtifactException {
    Set<String> names = new HashSet<>(listed);
    for (String name : used) {
      if (!names.contains(name)) {
        throw where
            .at("required_capabilities")
            .bad(
                "the amulet uses "
                    + Where.quote(name)
                    + " and does not list it; expected every capability that it uses");
      }
    }
  }

  private static Set<String> known() {
    Capabilities all = new Capabilities();
    all.names.addAll(
        List.of(
            BAG,
            SEVERAL_VIEWS,
            MISSING_FLAG,
            LINEAR_BOUNDS,
            TEXT_OF_LEVELS,
            TREE_CODEC + TreeChecker.CODEC));
    Set<String> visited = new HashSet<>();
    for (Descriptor root :
        List.of(Manifest.getDescriptor(), Table.getDescriptor(), TreeEnsemble.getDescriptor())) {
      all.describe(root, visited);
    }
    return Set.copyOf(all.names);
  }

  private void describe(Descriptor type, Set<String> visited) {
    if (!visited.add(type.getFullName()) || type.equals(Provenance.getDescriptor())) {
      return;
    }
    for (FieldDescriptor field : type.getFields()) {
      String variant = variant(field);
      if (variant != null) {
        names.add(variant);
      }
      if (field.getJavaType() == JavaType.ENUM) {
        EnumDescriptor constants = field.getEnumType();
        constants.getValues().stream()
            .filter(Capabilities::named)
            .forEach(constant -> names.add(name(constant)));
      } else if (field.getJavaType() == JavaType.MESSAGE) {
        describe(field.getMessageType(), visited);
      }
    }
  }

  /** Neither the unset value nor one that this version does not know; checkers refuse both. */
  private static boolean named(EnumValueDescriptor constant) {
    return constant.getNumber() != 0 && constant.getIndex() >= 0;
  }

  private static @Nullable String variant(FieldDescriptor field) {
    return field.getRealContainingOneof() == null
        ? null
        : snake(field.getContainingType().getName()) + "." + field.getName();
  }

  private static String name(EnumValueDescriptor constant) {
    return snake(constant.getType().getName()) + "." + constant.getName().toLowerCase(Locale.ROOT);
  }

  private static String snake(String camelCase) {
    return camelCase.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
  }
}
