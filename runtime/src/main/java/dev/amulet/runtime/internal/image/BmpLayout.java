package dev.amulet.runtime.internal.image;

import java.util.List;

/** The bit layouts of BMP pixels that are in use: masks of red, green, blue and alpha. */
final class BmpLayout {
  static final List<Long> RGB_565 = List.of(0xF800L, 0x7E0L, 0x1FL);
  static final List<Long> RGB_555 = List.of(0x7C00L, 0x3E0L, 0x1FL);
  static final List<Long> RGB_24 = List.of(0xFF0000L, 0xFF00L, 0xFFL);
  static final List<List<Long>> KNOWN_32 =
      List.of(
          List.of(0xFF0000L, 0xFF00L, 0xFFL, 0L),
          List.of(0xFF000000L, 0xFF0000L, 0xFF00L, 0L),
          List.of(0xFF000000L, 0xFF00L, 0xFFL, 0L),
          List.of(0xFF000000L, 0xFF0000L, 0xFF00L, 0xFFL),
          List.of(0xFFL, 0xFF00L, 0xFF0000L, 0xFF000000L),
          List.of(0xFF0000L, 0xFF00L, 0xFFL, 0xFF000000L),
          List.of(0xFF000000L, 0xFF00L, 0xFFL, 0xFF0000L),
          List.of(0L, 0L, 0L, 0L));

  private BmpLayout() {}
}
