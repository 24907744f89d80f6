package dev.dovetail.backbones.swin;

import dev.dovetail.backbones.swin.Swin.Patches;
import dev.dovetail.backbones.swin.Swin.Size;
import dev.dovetail.backbones.swin.Swin.Version;
import dev.dovetail.backbones.swin.Swin.Windows;
import dev.dovetail.registry.Preset;
import java.util.List;

/** Presets of the published variants of Swin and Swin V2, with timm's names. */
final class SwinPresets {

  private static final String V1 = "Swin (Microsoft), timm swin_*";
  private static final String V2 = "Swin V2 (Microsoft), timm swinv2_*";

  private SwinPresets() {}

  private static final Size TINY = size(96, 6, 3);
  private static final Size SMALL = size(96, 18, 3);
  private static final Size BASE = size(128, 18, 4);
  private static final Size LARGE = size(192, 18, 6);

  static List<Preset> all() {
    return List.of(
        v1("swin_tiny_patch4_window7_224", TINY, 28.29, 4.51),
        v1("swin_small_patch4_window7_224", SMALL, 49.61, 8.77),
        v1("swin_base_patch4_window7_224", BASE, 87.77, 15.47),
        v1("swin_large_patch4_window7_224", LARGE, 196.53, 34.53),
        v1("swin_base_patch4_window12_384", BASE),
        v1("swin_large_patch4_window12_384", LARGE),
        v2("swinv2_tiny_window8_256", TINY, 28.35, 5.96),
        v2("swinv2_tiny_window16_256", TINY, 16),
        v2("swinv2_small_window8_256", SMALL, 8),
        v2("swinv2_small_window16_256", SMALL, 16),
        v2("swinv2_base_window8_256", BASE, 87.92, 20.37),
        v2("swinv2_base_window16_256", BASE, 16));
  }

  static Swin tiny() {
    return swin(Version.V1, TINY, 7, 224);
  }

  /** The published sizes differ only in the depth of the third stage. */
  private static Size size(int width, int depth, int heads) {
    return new Size(
        width, List.of(2, 2, depth, 2), List.of(heads, 2 * heads, 4 * heads, 8 * heads));
  }

  private static Swin swin(Version version, Size size, int window, int imageSize) {
    return Swin.of(
        version,
        size,
        new Windows(window, WindowPadding.TIMM, List.of()),
        new Patches(4, List.of(imageSize, imageSize)));
  }

  private static Preset v1(String name, Size size, double parameters, double macs) {
    Swin swin = swin(Version.V1, size, 7, 224);
    return Preset.of(name, swin, 1000, 224, V1, parameters, macs);
  }

  private static Preset v1(String name, Size size) {
    return Preset.unverified(name, swin(Version.V1, size, 12, 384), 1000, 384, V1);
  }

  private static Preset v2(String name, Size size, double parameters, double macs) {
    Swin swin = swin(Version.V2, size, 8, 256);
    return Preset.of(name, swin, 1000, 256, V2, parameters, macs);
  }

  private static Preset v2(String name, Size size, int window) {
    return Preset.unverified(name, swin(Version.V2, size, window, 256), 1000, 256, V2);
  }
}
