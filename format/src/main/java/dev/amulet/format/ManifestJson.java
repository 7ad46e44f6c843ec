package dev.amulet.format;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import dev.amulet.format.v1.Manifest;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Prints a manifest for people: field names as in the {@code .proto} files, enums by name, digests
 * in hexadecimal, unset fields left out. Informative; never read back.
 */
final class ManifestJson {
  private final StringBuilder out = new StringBuilder();

  private ManifestJson() {}

  static String print(Manifest manifest) {
    ManifestJson json = new ManifestJson();
    json.message(manifest, "");
    return json.out.append('\n').toString();
  }

  private void message(Message message, String indent) {
    Map<FieldDescriptor, Object> fields = message.getAllFields();
    if (fields.isEmpty()) {
      out.append("{}");
      return;
    }
    String inner = indent + "  ";
    String separator = "{\n";
    for (Map.Entry<FieldDescriptor, Object> entry : fields.entrySet()) {
      FieldDescriptor field = entry.getKey();
      out.append(separator).append(inner);
      string(field.getName());
      out.append(": ");
      if (field.isRepeated()) {
        list(field, (List<?>) entry.getValue(), inner);
      } else {
        value(field, entry.getValue(), inner);
      }
      separator = ",\n";
    }
    out.append('\n').append(indent).append('}');
  }

  private void list(FieldDescriptor field, List<?> values, String indent) {
    boolean messages = field.getJavaType() == JavaType.MESSAGE;
    String inner = messages ? indent + "  " : indent;
    String separator = messages ? "[\n" + inner : "[";
    for (Object value : values) {
      out.append(separator);
      value(field, value, inner);
      separator = messages ? ",\n" + inner : ", ";
    }
    out.append(messages ? "\n" + indent + "]" : "]");
  }

  private void value(FieldDescriptor field, Object value, String indent) {
    switch (field.getJavaType()) {
      case MESSAGE -> message((Message) value, indent);
      case ENUM -> string(((EnumValueDescriptor) value).getName());
      case BYTE_STRING -> string(HexFormat.of().formatHex(((ByteString) value).toByteArray()));
      case STRING -> string((String) value);
      case INT -> out.append(unsigned(field) ? Integer.toUnsignedString((Integer) value) : value);
      case LONG -> out.append(unsigned(field) ? Long.toUnsignedString((Long) value) : value);
      case FLOAT, DOUBLE -> {
        double number = ((Number) value).doubleValue();
        if (Double.isFinite(number)) {
          out.append(value);
        } else {
          string(value.toString());
        }
      }
      default -> out.append(value);
    }
  }

  private static boolean unsigned(FieldDescriptor field) {
    return field.getType() == FieldDescriptor.Type.UINT32
        || field.getType() == FieldDescriptor.Type.UINT64;
  }

  private void string(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ' || c == 0x7f || Character.isSurrogate(c)) {
        out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
