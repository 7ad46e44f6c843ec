/**
 * Pictures changed at random while a network is trained: 13 augmentations by the names of
 * Driverless AI's settings, mixup and cutmix.
 */
@NullMarked
package dev.amulet.training.vision.augment;

import org.jspecify.annotations.NullMarked;
