package dev.amulet.format;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import dev.amulet.format.v1.Provenance;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Two rules that hold for every message of a manifest: an enum is set to a value this version
 * knows, and a floating-point number is finite. Provenance, which affects no score, is free of
 * them.
 */
final class GenericChecker {
  private GenericChecker() {}

  static void check(Message message, Where where) throws ArtifactException {
    String problem = problem(message);
    if (problem != null) {
      throw where.at(problem).bad("expected a known, set value and finite numbers");
    }
  }

  /** The path of the first field that breaks a rule and what is there; made only when needed. */
  private static @Nullable String problem(Message message) {
    if (message instanceof Provenance) {
      return null;
    }
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      String problem = null;
      if (field.isRepeated()) {
        problem = checked(field) ? problem(field, (List<?>) message.getField(field)) : null;
      } else if (checked(field) && (!field.hasPresence() || message.hasField(field))) {
        String value = value(message.getField(field));
        problem = value == null ? null : field.getName() + value;
      }
      if (problem != null) {
        return problem;
      }
    }
    return null;
  }

  private static boolean checked(FieldDescriptor field) {
    JavaType type = field.getJavaType();
    return type == JavaType.ENUM
        || type == JavaType.MESSAGE
        || type == JavaType.FLOAT
        || type == JavaType.DOUBLE;
  }

  private static @Nullable String problem(FieldDescriptor field, List<?> values) {
    for (int i = 0; i < values.size(); i++) {
      String problem = value(values.get(i));
      if (problem != null) {
        return field.getName() + "[" + i + "]" + problem;
      }
    }
    return null;
  }

  private static @Nullable String value(Object value) {
    if (value instanceof Message message) {
      String problem = problem(message);
      return problem == null ? null : "." + problem;
    }
    if (value instanceof EnumValueDescriptor constant) {
      if (constant.getNumber() == 0) {
        return ": not set";
      }
      return constant.getIndex() < 0 ? ": unknown value " + constant.getNumber() : null;
    }
    double number = ((Number) value).doubleValue();
    return Double.isFinite(number) ? null : ": " + number;
  }
}
