/**
 * From the bytes of an image file to the float tensor a network reads.
 *
 * <p>Decoded pixels, resampling and normalisation match Pillow 9.4 and timm: bit for bit for
 * lossless formats and resizing, within one grey level on average for JPEG.
 */
@NullMarked
package dev.amulet.runtime.internal.image;

import org.jspecify.annotations.NullMarked;
