package dev.amulet.format;

import static dev.amulet.format.MalformedAmulet.bytes;
import static dev.amulet.format.MalformedAmulet.central;
import static dev.amulet.format.MalformedAmulet.goodBytes;
import static dev.amulet.format.MalformedAmulet.goodContents;
import static dev.amulet.format.MalformedAmulet.goodEntry;
import static dev.amulet.format.MalformedAmulet.patched;
import static dev.amulet.format.MalformedAmulet.renamed;
import static dev.amulet.format.MalformedAmulet.zip;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** Files whose zip breaks a rule. */
final class MalformedZips {
  private MalformedZips() {}

  static Stream<MalformedAmulet> all() {
    return Stream.of(ends(), headers(), names(), tiling(), entries()).flatMap(s -> s);
  }

  private static Stream<MalformedAmulet> ends() {
    return Stream.of(
        bytes("empty file", new byte[0], "a file of 0 bytes", "expected an amulet"),
        bytes("text file", new byte[5000], "the last 22 bytes are not a zip end record"),
        bytes(
            "bytes after the end",
            Arrays.copyOf(goodBytes(), goodBytes().length + 1),
            "end record",
            "bytes or a comment at its end"),
        patched(
            "comment length",
            f -> f.putShort(f.limit() - 2, (short) 7),
            "end record: comment length 0x7, expected 0x0"),
        patched(
            "several disks",
            f -> f.putShort(f.limit() - 18, (short) 1),
            "end record: disk 0x1, expected 0x0"),
        patched(
            "disk of directory",
            f -> f.putShort(f.limit() - 16, (short) 1),
            "disk of the directory 0x1"),
        patched(
            "entry counts differ",
            f -> f.putShort(f.limit() - 14, (short) 1),
            "entries on this disk 0x1"),
        patched(
            "too many entries",
            f -> f.putShort(f.limit() - 14, (short) -1).putShort(f.limit() - 12, (short) -1),
            "65535 entries, expected 1 to 4096"),
        patched(
            "no entries",
            f -> f.putShort(f.limit() - 14, (short) 0).putShort(f.limit() - 12, (short) 0),
            "0 entries, expected 1 to 4096"),
        patched(
            "zip64 directory offset",
            f -> f.putInt(f.limit() - 6, -1),
            "directory offset 0xffffffff"),
        patched(
            "huge directory",
            f -> f.putInt(f.limit() - 10, -1),
            "directory size 4294967295 bytes, expected at most"),
        patched(
            "fewer entries than headers",
            f -> {
              short count = (short) (f.getShort(f.limit() - 12) - 1);
              f.putShort(f.limit() - 14, count).putShort(f.limit() - 12, count);
            },
            "central directory:",
            "bytes after the last of"));
  }

  private static Stream<MalformedAmulet> headers() {
    return Stream.of(
        patched(
            "deflated",
            f -> f.putShort(8, (short) 8),
            "entry \"manifest.pb\" local header: method 0x8, expected 0x0: STORED"),
        patched(
            "deflated in the directory",
            f -> f.putShort(central(f, 1) + 10, (short) 8),
            "central directory entry 1 \"manifest.json\": method 0x8, expected 0x0"),
        patched(
            "encrypted",
            f -> f.putShort(6, (short) 1),
            "local header: flags 0x1, expected 0x0: no encryption"),
        patched(
            "encrypted in the directory",
            f -> f.putShort(central(f, 0) + 8, (short) 1),
            "flags 0x1, expected 0x0"),
        patched(
            "data descriptor", f -> f.putShort(6, (short) 8), "flags 0x8", "no data descriptor"),
        patched("version", f -> f.putShort(4, (short) 45), "version needed 0x2d, expected 0x14"),
        patched("made by", f -> f.putShort(central(f, 0) + 4, (short) 45), "version made by 0x2d"),
        patched("time", f -> f.putShort(10, (short) 1), "time 0x1"),
        patched("date", f -> f.putShort(12, (short) 0), "date 0x0, expected 0x21"),
        patched("crc differs", f -> f.putInt(14, 1), "crc-32 0x1", "as in the central directory"),
        patched(
            "crc wrong in both",
            f -> f.putInt(14, 1).putInt(central(f, 0) + 16, 1),
            "manifest.pb: CRC-32",
            "the header says 00000001"),
        patched("size differs", f -> f.putInt(22, 1), "local header: size 0x1"),
        patched(
            "compressed size differs", f -> f.putInt(central(f, 0) + 20, 1), "compressed size 0x1"),
        patched(
            "size of 2 GiB",
            f -> f.putInt(central(f, 0) + 24, Integer.MIN_VALUE),
            "size 2147483648 bytes, expected less than 2 GiB"),
        patched(
            "size over the directory",
            f -> f.putInt(central(f, 0) + 20, 1 << 30).putInt(central(f, 0) + 24, 1 << 30),
            "ends at byte",
            "where the directory starts"),
        patched("external attributes", f -> f.putInt(central(f, 0) + 38, 1), "external attributes"),
        patched(
            "internal attributes",
            f -> f.putShort(central(f, 0) + 36, (short) 1),
            "internal attributes 0x1"),
        patched(
            "entry comment",
            f -> f.putShort(central(f, 0) + 32, (short) 1),
            "comment length 0x1, expected 0x0"),
        patched(
            "extra block in the directory",
            f -> f.putShort(central(f, 0) + 30, (short) 1),
            "extra length 0x1, expected 0x0"),
        patched("no central header", f -> f.putInt(central(f, 1), 7), "no central header at byte"),
        patched("no local header", f -> f.putInt(0, 7), "local header: signature 0x7"),
        patched(
            "padding of another id",
            f -> f.putShort(41, (short) 1),
            "local header: byte 41",
            "one zero-filled block of id 0x4d41"),
        patched(
            "something in the padding",
            f -> f.put(100, (byte) 1),
            "local header: byte 100 is 0x1, expected 0x0"),
        patched(
            "name length over the directory",
            f -> f.putShort(central(f, 0) + 28, (short) 30_000),
            "a name of 30000 bytes"));
  }

  private static Stream<MalformedAmulet> names() {
    String from = "insights/metrics.json";
    return Stream.of(
        renamed("parent folder", from, "insights/../rics.json", "the part \"..\""),
        renamed("absolute", from, "/nsights/metrics.json", "an absolute name"),
        renamed("backslash", from, "insights\\metrics.json", "the byte 0x5c"),
        renamed("drive", from, "C:sights/metrics.json", "the byte 0x3a"),
        renamed("NUL", from, "insights/metrics.jso\0", "the byte 0x0"),
        renamed("not ASCII", from, "insights/metrics.js\u00e9n", "the byte 0xe9"),
        renamed("empty part", from, "insights//etrics.json", "the part \"\""),
        renamed("dot part", from, "insights/./trics.json", "the part \".\""),
        renamed("folder", from, "insights/metrics.jso/", "the part \"\""),
        renamed("unknown place", from, "elsewhere/metrics.jso", "no entry of an amulet has this"),
        renamed("nested table", "tables/linear.pb", "tables/lin/ar.pb", "no entry of an amulet"),
        renamed("twice", "tables/score.pb", "tables/share.pb", "the name occurs twice"),
        renamed(
            "case twin",
            "tables/score.pb",
            "tables/SHARE.pb",
            "\"tables/SHARE.pb\": the name occurs twice, also as \"tables/share.pb\""),
        renamed(
            "other local name only",
            "manifest.pb\u0041\u004d",
            "manifesT.pb\u0041\u004d",
            "local header: byte"));
  }

  private static Stream<MalformedAmulet> tiling() {
    byte[] prefixed = new byte[goodBytes().length + 4096];
    System.arraycopy(goodBytes(), 0, prefixed, 4096, goodBytes().length);
    int example = (int) goodEntry("example.csv").end();
    byte[] gap = new byte[goodBytes().length + 8];
    System.arraycopy(goodBytes(), 0, gap, 0, example);
    System.arraycopy(goodBytes(), example, gap, example + 8, goodBytes().length - example);
    ByteBuffer.wrap(gap).order(ByteOrder.LITTLE_ENDIAN).putInt(gap.length - 6, example + 8);
    return Stream.of(
        bytes("prefix", prefixed, "directory offset"),
        bytes("gap before the directory", gap, "central directory: starts at", "expected"),
        patched(
            "overlapping entries",
            f -> f.putInt(central(f, 1) + 42, 0),
            "central directory entry 1 \"manifest.json\": local header offset 0x0",
            "no gap"));
  }

  private static Stream<MalformedAmulet> entries() {
    Map<String, byte[]> reordered = new LinkedHashMap<>();
    reordered.put("manifest.json", new byte[] {'{', '}'});
    reordered.putAll(goodContents());
    Map<String, byte[]> second = new LinkedHashMap<>(goodContents());
    byte[] table = second.remove("tables/pca.pb");
    second.put("tables/pca.pb", table);
    Map<String, byte[]> missing = new LinkedHashMap<>(goodContents());
    missing.remove("example.csv");
    Map<String, byte[]> more = new LinkedHashMap<>(goodContents());
    more.put("insights/more.txt", "more".getBytes(StandardCharsets.UTF_8));
    Map<String, byte[]> changed = new LinkedHashMap<>(goodContents());
    changed.put("example.csv", "area\n2\n".getBytes(StandardCharsets.UTF_8));
    Map<String, byte[]> longer = new LinkedHashMap<>(goodContents());
    longer.put("example.csv", "area\n22\n".getBytes(StandardCharsets.UTF_8));
    Map<String, byte[]> huge = new LinkedHashMap<>(goodContents());
    huge.put("manifest.pb", new byte[(16 << 20) + 1]);
    return Stream.of(
        bytes("manifest not first", zip(reordered), "the first entry is \"manifest.json\""),
        bytes("another order", zip(second), "manifest.pb entries[", "of the file, expected entry"),
        bytes(
            "an entry is missing",
            zip(missing),
            "\"example.csv\": the manifest lists an entry that the file does not have"),
        bytes(
            "an entry too many",
            zip(more),
            "\"insights/more.txt\" that the manifest does not list"),
        bytes(
            "other bytes, same size",
            zip(changed),
            "example.csv: SHA-256",
            "the manifest expects",
            "fetch it again"),
        bytes("another size", zip(longer), "size 7, the entry has 8 bytes"),
        bytes("manifest over its limit", zip(huge), "expected at most 16777216"));
  }
}
