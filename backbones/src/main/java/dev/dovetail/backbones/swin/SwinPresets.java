package dev.dovetail.backbones.swin;

import dev.dovetail.registry.Preset;
import java.util.List;

/** The published variants of Swin and Swin V2, under timm's names. */
final class SwinPresets {

  private static final String V1 = "Swin (Microsoft), timm swin_*";
  private static final String V2 = "Swin V2 (Microsoft), timm swinv2_*";

  private SwinPresets() {}

  static List<Preset> all() {
    return List.of(
        v1("swin_tiny_patch4_window7_224", Size.TINY, 28.29, 4.51),
        v1("swin_small_patch4_window7_224", Size.SMALL, 49.61, 8.77),
        v1("swin_base_patch4_window7_224", Size.BASE, 87.77, 15.47),
        v1("swin_large_patch4_window7_224", Size.LARGE, 196.53, 34.53),
        v1("swin_base_patch4_window12_384", Size.BASE),
        v1("swin_large_patch4_window12_384", Size.LARGE),
        v2("swinv2_tiny_window8_256", Size.TINY, 28.35, 5.96),
        v2("swinv2_tiny_window16_256", Size.TINY, 16),
        v2("swinv2_small_window8_256", Size.SMALL, 8),
        v2("swinv2_small_window16_256", Size.SMALL, 16),
        v2("swinv2_base_window8_256", Size.BASE, 87.92, 20.37),
        v2("swinv2_base_window16_256", Size.BASE, 16));
  }

  /** The four sizes that both versions have. */
  private enum Size {
    TINY(96, 6, 3),
    SMALL(96, 18, 3),
    BASE(128, 18, 4),
    LARGE(192, 18, 6);

    private final int width;
    private final List<Integer> depths;
    private final List<Integer> heads;

    Size(int width, int depth, int heads) {
      this.width = width;
      this.depths = List.of(2, 2, depth, 2);
      this.heads = List.of(heads, 2 * heads, 4 * heads, 8 * heads);
    }

    Swin swin(Swin.Version version, int window, int imageSize) {
      return new Swin(
          version,
          width,
          depths,
          heads,
          window,
          4,
          true,
          4,
          WindowPadding.TIMM,
          List.of(imageSize, imageSize),
          List.of(),
          false);
    }
  }

  private static Preset v1(String name, Size size, double parameters, double macs) {
    Swin swin = size.swin(Swin.Version.V1, 7, 224);
    return Preset.of(name, swin, 1000, 224, V1, parameters, macs);
  }

  private static Preset v1(String name, Size size) {
    return Preset.unverified(name, size.swin(Swin.Version.V1, 12, 384), 1000, 384, V1);
  }

  private static Preset v2(String name, Size size, double parameters, double macs) {
    Swin swin = size.swin(Swin.Version.V2, 8, 256);
    return Preset.of(name, swin, 1000, 256, V2, parameters, macs);
  }

  private static Preset v2(String name, Size size, int window) {
    return Preset.unverified(name, size.swin(Swin.Version.V2, window, 256), 1000, 256, V2);
  }
}
