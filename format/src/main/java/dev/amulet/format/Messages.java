package dev.amulet.format;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.amulet.format.v1.Manifest;
import dev.amulet.format.v1.Table;
import dev.amulet.format.v1.TreeEnsemble;
import dev.amulet.format.v1.Verification;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Turns the bytes of protobuf entries into messages, within limits. */
final class Messages {
  static final int MAX_MANIFEST_BYTES = 16 << 20;
  private static final long MANIFEST_BUDGET_BYTES = 64L << 20;

  private Messages() {}

  static Manifest manifest(ByteBuffer bytes, Where where) throws ArtifactException {
    if (bytes.remaining() > MAX_MANIFEST_BYTES) {
      throw where.bad(
          "a manifest of " + bytes.remaining() + " bytes, expected at most " + MAX_MANIFEST_BYTES);
    }
    return parse(
        bytes, Manifest.getDefaultInstance(), Manifest.parser(), MANIFEST_BUDGET_BYTES, where);
  }

  static TreeEnsemble trees(ByteBuffer bytes, Where where) throws ArtifactException {
    return parse(
        bytes, TreeEnsemble.getDefaultInstance(), TreeEnsemble.parser(), budget(bytes), where);
  }

  static Table table(ByteBuffer bytes, Where where) throws ArtifactException {
    return parse(bytes, Table.getDefaultInstance(), Table.parser(), budget(bytes), where);
  }

  static Verification verification(ByteBuffer bytes, Where where) throws ArtifactException {
    return parse(
        bytes, Verification.getDefaultInstance(), Verification.parser(), budget(bytes), where);
  }

  private static long budget(ByteBuffer bytes) {
    return (8L << 20) + 8L * bytes.remaining();
  }

  private static <M extends Message> M parse(
      ByteBuffer bytes, M type, Parser<M> parser, long budget, Where where)
      throws ArtifactException {
    MessageGuard.check(bytes, type.getDescriptorForType(), where, budget);
    CodedInputStream input = CodedInputStream.newInstance(bytes.duplicate());
    input.setRecursionLimit(MessageGuard.MAX_DEPTH);
    try {
      return parser.parseFrom(input);
    } catch (IOException e) {
      throw where.bad(
          "not a " + type.getDescriptorForType().getName() + " message: " + e.getMessage(), e);
    }
  }
}
