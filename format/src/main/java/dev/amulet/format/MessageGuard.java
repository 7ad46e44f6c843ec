package dev.amulet.format;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Descriptors.OneofDescriptor;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a protobuf message before it is parsed: how deep it nests and how much heap it would
 * take, so that a small file cannot ask for much memory, and that no field that occurs once is
 * given twice, which parsers would merge silently.
 */
final class MessageGuard {
  static final int MAX_DEPTH = 32;
  private static final int MESSAGE_COST = 128;
  private static final int TEXT_COST = 64;

  private final WireReader reader;
  private final Where where;
  private final long budget;
  private long cost;

  private MessageGuard(WireReader reader, Where where, long budget) {
    this.reader = reader;
    this.where = where;
    this.budget = budget;
  }

  /**
   * @param budget heap bytes, estimated from above, that the parsed message may take
   */
  static void check(ByteBuffer bytes, Descriptor type, Where where, long budget)
      throws ArtifactException {
    new MessageGuard(new WireReader(bytes), where, budget).message(type, 1);
  }

  private void message(Descriptor type, int depth) throws ArtifactException {
    if (depth > MAX_DEPTH) {
      throw where.bad("messages nest more than " + MAX_DEPTH + " deep");
    }
    spend(MESSAGE_COST);
    long seenFields = 0;
    long seenOneofs = 0;
    while (reader.next(where)) {
      FieldDescriptor field = type.findFieldByNumber(reader.field());
      if (field != null && !field.isRepeated()) {
        OneofDescriptor oneof = field.getRealContainingOneof();
        long fieldBit = 1L << field.getIndex();
        long oneofBit = oneof == null ? 0 : 1L << oneof.getIndex();
        if ((seenFields & fieldBit) != 0 || (seenOneofs & oneofBit) != 0) {
          throw where.bad(
              type.getName()
                  + "."
                  + (oneof == null ? field : oneof).getName()
                  + " is given twice, expected once");
        }
        seenFields |= fieldBit;
        seenOneofs |= oneofBit;
      }
      value(field, depth);
    }
  }

  private void value(@Nullable FieldDescriptor field, int depth) throws ArtifactException {
    if (reader.wireType() != WireReader.LENGTH) {
      spend(field == null ? TEXT_COST : Long.BYTES);
      reader.skip(where);
    } else if (field == null
        || field.getJavaType() == JavaType.STRING
        || field.getJavaType() == JavaType.BYTE_STRING) {
      spend(TEXT_COST + (long) reader.length());
      reader.skip(where);
    } else if (field.getJavaType() == JavaType.MESSAGE) {
      int outer = reader.enter(where);
      message(field.getMessageType(), depth + 1);
      reader.leave(outer);
    } else {
      spend(packed(field, reader.length()));
      reader.skip(where);
    }
  }

  private static long packed(FieldDescriptor field, long bytes) {
    return switch (field.getType()) {
      case FLOAT, FIXED32, SFIXED32, DOUBLE, FIXED64, SFIXED64, BOOL -> bytes;
      case UINT64, INT64, SINT64 -> bytes * Long.BYTES;
      default -> bytes * Integer.BYTES;
    };
  }

  private void spend(long bytes) throws ArtifactException {
    cost += bytes;
    if (cost > budget) {
      throw where.bad(
          "more than "
              + budget
              + " bytes of memory would be needed to read it; the"
              + " entry is not one that a trainer writes");
    }
  }
}
