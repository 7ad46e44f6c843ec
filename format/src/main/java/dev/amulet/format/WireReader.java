package dev.amulet.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Walks the protobuf wire format without building anything. Every length is checked against the
 * bytes that are really there before it is used; groups, which proto3 does not have, are refused.
 */
final class WireReader {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int LENGTH = 2;
  static final int FIXED32 = 5;

  private final ByteBuffer bytes;
  private int limit;
  private int field;
  private int wireType;
  private int lengthLeft = -1;

  WireReader(ByteBuffer source) {
    bytes = source.slice().order(ByteOrder.LITTLE_ENDIAN);
    limit = bytes.limit();
  }

  /** Moves to the next field of the current message; false at its end. */
  boolean next(Where where) throws ArtifactException {
    if (bytes.position() >= limit) {
      return false;
    }
    int start = bytes.position();
    long tag = varint(where);
    field = (int) (tag >>> 3);
    wireType = (int) tag & 7;
    if (tag < 0 || tag > 0xffff_ffffL || field == 0) {
      throw where.bad(
          "the field tag "
              + Long.toUnsignedString(tag)
              + " at byte "
              + start
              + ", expected a field number from 1 to 536870911");
    }
    switch (wireType) {
      case VARINT, FIXED64, FIXED32 -> lengthLeft = -1;
      case LENGTH -> {
        long length = varint(where);
        if (length < 0 || length > limit - bytes.position()) {
          throw where.bad(
              "field "
                  + field
                  + " at byte "
                  + start
                  + " claims a length of "
                  + Long.toUnsignedString(length)
                  + " bytes, only "
                  + (limit - bytes.position())
                  + " are left; the entry is damaged");
        }
        lengthLeft = (int) length;
      }
      default ->
          throw where.bad(
              "field "
                  + field
                  + " at byte "
                  + start
                  + " has wire type "
                  + wireType
                  + ", expected 0, 1, 2 or 5");
    }
    return true;
  }

  int field() {
    return field;
  }

  int wireType() {
    return wireType;
  }

  /** Bytes of the current field, which is length-delimited. */
  int length() {
    return lengthLeft;
  }

  /** Goes into the current field, a message or packed values; give the result to {@link #leave}. */
  int enter(Where where) throws ArtifactException {
    require(LENGTH, where);
    int outer = limit;
    limit = bytes.position() + lengthLeft;
    return outer;
  }

  void leave(int outer) {
    bytes.position(limit);
    limit = outer;
  }

  boolean atEnd() {
    return bytes.position() >= limit;
  }

  /** The value of the current field, a varint. */
  long number(Where where) throws ArtifactException {
    require(VARINT, where);
    return varint(where);
  }

  /** The value of the current field as text of a bounded length. */
  String text(int maxBytes, Where where) throws ArtifactException {
    require(LENGTH, where);
    if (lengthLeft > maxBytes) {
      throw where.bad(
          "field "
              + field
              + " is a text of "
              + lengthLeft
              + " bytes, expected at most "
              + maxBytes);
    }
    byte[] text = new byte[lengthLeft];
    bytes.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }

  /** Passes over the current field. */
  void skip(Where where) throws ArtifactException {
    switch (wireType) {
      case VARINT -> varint(where);
      case FIXED64 -> advance(8, where);
      case FIXED32 -> advance(4, where);
      default -> advance(lengthLeft, where);
    }
  }

  /** A varint at the current position. */
  long varint(Where where) throws ArtifactException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (bytes.position() >= limit) {
        throw where.bad("a number is cut at byte " + limit + "; the entry is damaged");
      }
      byte b = bytes.get();
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw where.bad("a number of more than 10 bytes before byte " + bytes.position());
  }

  private void require(int expected, Where where) throws ArtifactException {
    if (wireType != expected) {
      throw where.bad("field " + field + " has wire type " + wireType + ", expected " + expected);
    }
  }

  private void advance(int count, Where where) throws ArtifactException {
    if (count > limit - bytes.position()) {
      throw where.bad("field " + field + " is cut at byte " + limit + "; the entry is damaged");
    }
    bytes.position(bytes.position() + count);
  }
}
