package dev.dovetail.models.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.formats.Size;
import dev.dovetail.images.CentreCrop.Rounding;
import dev.dovetail.images.Preprocess;
import dev.dovetail.images.Preprocess.Crop;
import dev.dovetail.images.Preprocess.Filter;
import dev.dovetail.images.Preprocess.Fit;
import dev.dovetail.images.Preprocess.Sides;
import dev.dovetail.images.Preprocess.Sides.Fill;
import dev.dovetail.images.Preprocess.Sides.Multiples;
import dev.dovetail.images.Preprocess.Target;
import dev.dovetail.registry.config.ConfigException;
import dev.dovetail.registry.config.ConfigTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Converts the values of an image processor to the preprocessing of an image. */
final class ImageProcessorSteps {

  private static final String SIZE = "size";
  private static final String CROP_SIZE = "crop_size";
  private static final String RESIZE = "do_resize";
  private static final String PAD = "do_pad";
  private static final String PAD_SIZE = "pad_size";
  private static final String SPLIT = "do_split_image";
  private static final String RATIO = "keep_aspect_ratio";
  private static final String DIVISOR = "size_divisor";
  private static final String MULTIPLE = "ensure_multiple_of";
  private static final String MAX_SIZE = "max_size";
  private static final String SIZE_FORMS =
      "a positive integer, [height, width], {height, width}, {shortest_edge}, {shortest_edge,"
          + " longest_edge} or {max_height, max_width}";

  /** The filters by their number in Pillow. */
  private static final List<Filter> FILTERS =
      List.of(
          Filter.NEAREST,
          Filter.LANCZOS,
          Filter.BILINEAR,
          Filter.BICUBIC,
          Filter.BOX,
          Filter.HAMMING);

  /** ConvNeXt's processor crops images below this size and stretches them from this size on. */
  private static final int CROPPED_BELOW = 384;

  private final ImageProcessorDefaults defaults;
  private final ConfigTree values;

  /**
   * @param values the values of the file over the defaults of the class
   */
  ImageProcessorSteps(ImageProcessorDefaults defaults, ConfigTree values) {
    this.defaults = defaults;
    this.values = values;
  }

  private boolean is(String flag) {
    return values.flag(flag, false);
  }

  /** Returns the preprocessing of images. */
  Preprocess preprocess() {
    is("do_convert_rgb"); // images are always decoded to three channels
    Resized resized = resized();
    requireNothingOnAllSides(resized.target());
    Crop crop = resized.crop();
    if (is("do_center_crop")) {
      crop = new Crop(cropSize(resized), Rounding.DOWN);
    }
    double scale = values.number("rescale_factor", 1, Double.MIN_VALUE);
    double factor = is("do_rescale") ? scale : 1;
    double offset = is("do_rescale") && is("rescale_offset") ? 1 : 0;
    List<Float> means = new ArrayList<>();
    List<Float> deviations = new ArrayList<>();
    List<Double> mean = values.channels("image_mean", 3, 0, 0, 0);
    List<Double> std = values.channels("image_std", 3, 1, 1, 1);
    if (std.stream().anyMatch(v -> !(v > 0))) {
      throw values.wrong("image_std", "numbers above 0");
    }
    for (int c = 0; c < 3; c++) {
      boolean normalised = is("do_normalize");
      means.add((float) (((normalised ? mean.get(c) : 0) + offset) / factor));
      double deviation = normalised ? std.get(c) : 1;
      // EfficientNet's classifiers divide once more.
      deviations.add((float) (deviation * (is("include_top") ? std.get(c) : 1) / factor));
    }
    return new Preprocess(
        is(RESIZE) ? resized.target() : resized.target().kept(),
        filter(),
        crop,
        padded(sides(resized.target()), resized, crop),
        means,
        deviations,
        !is("do_flip_channel_order"));
  }

  /** DPT pads on all four sides, but not if height and width are already such multiples. */
  private void requireNothingOnAllSides(Target target) {
    if (!is(PAD) || defaults.rule("pads_on_all_sides") == 0) {
      return;
    }
    int divisor = Math.max(1, values.integer(DIVISOR, 1, 0));
    boolean multiples =
        target.fit() == Fit.STRETCH
            ? target.size().roundedUp(divisor).equals(target.size())
            : values.integer(MULTIPLE, 1, 1) % divisor == 0;
    if (divisor > 1 && !(is(RESIZE) && multiples)) {
      throw unsupported(
          PAD,
          "it pads on all four sides, which is supported only if '"
              + SIZE
              + "' or '"
              + MULTIPLE
              + "' makes all sides multiples of '"
              + DIVISOR
              + "' before");
    }
  }

  private ConfigException unsupported(String key, String why) {
    return new ConfigException(
        String.format(
            Locale.ROOT,
            "%s: %s with '%s' is not supported: %s",
            values.source(),
            defaults.type(),
            key,
            why));
  }

  /**
   * Returns how an image is resized.
   *
   * @param crop the crop that is part of the resizing, before {@code do_center_crop}
   */
  private record Resized(Target target, Crop crop) {

    Resized(Target target) {
      this(target, Crop.none());
    }

    static Resized stretched(int height, int width) {
      return new Resized(Target.size(Fit.STRETCH, height, width));
    }

    Fit fit() {
      return target.fit();
    }

    /** Returns whether every resized image contains a center crop of this size. */
    boolean holds(List<Integer> middle) {
      boolean known = fit() == Fit.STRETCH || fit() == Fit.SHORT_EDGE;
      return !known
          || middle.get(0) <= target.scale().get(0) && middle.get(1) <= target.scale().get(1);
    }
  }

  private Resized resized() {
    Resized resized = size();
    boolean exact = resized.fit() == Fit.STRETCH;
    if (values.has("crop_pct")) {
      return cropped(resized);
    }
    if (values.has(MULTIPLE)) {
      int multiple = values.integer(MULTIPLE, 1, 1);
      if (!exact) {
        throw values.wrong(SIZE, "{height, width}, which " + defaults.type() + " needs");
      }
      Size size = resized.target().size();
      if (is(RATIO)) {
        return new Resized(Target.size(Fit.CLOSEST, size.height(), size.width()));
      }
      return Resized.stretched(nearest(size.height(), multiple), nearest(size.width(), multiple));
    }
    if (exact && values.has(DIVISOR)) {
      Size up = resized.target().size().roundedUp(Math.max(1, values.integer(DIVISOR, 0, 0)));
      return Resized.stretched(up.height(), up.width());
    }
    return resized;
  }

  /** Returns how the sides of a resized image are rounded. */
  private Sides sides(Target target) {
    boolean open = is(RESIZE) && target.fit() != Fit.STRETCH;
    int up = values.integer(DIVISOR, 0, 0);
    int down = defaults.rule("edges_down_to");
    if (open && is(RATIO)) {
      return Sides.resized(values.integer(MULTIPLE, 1, 1), Multiples.NEAREST);
    }
    if (open && up > 1) {
      return Sides.resized(up, Multiples.UP);
    }
    return open && down > 1 && target.fit() == Fit.SHORT_EDGE_BOUNDED
        ? Sides.resized(down, Multiples.DOWN)
        : Sides.padded(1);
  }

  private Sides padded(Sides sides, Resized resized, Crop crop) {
    boolean pads = is(PAD) || !values.node().has(PAD);
    if (pads && defaults.rule("pads_to_edges") > 0) {
      return paddedToEdges(sides, resized.fit());
    }
    if (!pads || !values.has(PAD_SIZE)) {
      return sides;
    }
    List<Integer> size = heightAndWidth(PAD_SIZE);
    boolean stretched = is(RESIZE) && resized.fit() == Fit.STRETCH;
    List<Integer> least =
        !crop.crop().isEmpty() ? crop.crop() : stretched ? resized.target().scale() : List.of(1, 1);
    if (size.get(0) < least.get(0) || size.get(1) < least.get(1)) {
      throw values.wrong(PAD_SIZE, "at least the size that is padded, " + least);
    }
    return sides.paddedTo(size.get(0), size.get(1), Fill.ZERO);
  }

  /** EoMT's rule: pads before normalization to a height of one edge and a width of the other. */
  private Sides paddedToEdges(Sides sides, Fit fit) {
    if (fit != Fit.SHORT_EDGE && fit != Fit.SHORT_EDGE_BOUNDED) {
      throw unsupported(PAD, "its size has no edges to pad to");
    }
    if (!is(SPLIT)) {
      Target edges = size().target();
      int longest = fit == Fit.SHORT_EDGE ? edges.shortEdge() : edges.longEdge();
      return sides.paddedTo(edges.shortEdge(), longest, Fill.BLACK);
    }
    if (fit == Fit.SHORT_EDGE_BOUNDED) {
      throw unsupported(PAD, "with '" + SPLIT + "' it pads parts of an image");
    }
    return sides; // squares of the short edge already have this size
  }

  /** Returns the side of the squares into which an image is split, if any (EoMT). */
  Optional<Integer> window() {
    if (!is(SPLIT)) {
      return Optional.empty();
    }
    Target target = size().target();
    if (target.fit() != Fit.SHORT_EDGE && target.fit() != Fit.SHORT_EDGE_BOUNDED) {
      throw unsupported(SPLIT, "its size has no shortest_edge, the side of a part");
    }
    return Optional.of(target.shortEdge());
  }

  private int nearest(int length, int multiple) {
    int rounded = (int) Math.rint((double) length / multiple) * multiple;
    if (rounded == 0) {
      throw values.wrong(MULTIPLE, "less than twice the size");
    }
    return rounded;
  }

  private Resized size() {
    JsonNode node = values.node().get(SIZE);
    boolean square = is("default_to_square");
    if (node.isObject()) {
      ConfigTree size = values.child(SIZE);
      Set<String> keys = new TreeSet<>();
      node.fieldNames().forEachRemaining(keys::add);
      if (keys.equals(Set.of("height", "width"))) {
        return Resized.stretched(side(size, "height"), side(size, "width"));
      }
      if (keys.equals(Set.of("max_height", "max_width"))) {
        return new Resized(
            Target.size(Fit.WITHIN, side(size, "max_height"), side(size, "max_width")));
      }
      if (keys.equals(Set.of("shortest_edge", "longest_edge"))) {
        return bounded(side(size, "longest_edge"), side(size, "shortest_edge"));
      }
      if (keys.equals(Set.of("shortest_edge")) && defaults.rule("both_edges") == 0) {
        int edge = side(size, "shortest_edge");
        return new Resized(Target.shortEdge(edge));
      }
    } else if (node.isIntegralNumber() && !square) {
      int edge = values.integer(SIZE, 0, 1);
      if (values.has(MAX_SIZE)) {
        return bounded(values.integer(MAX_SIZE, 0, 1), edge);
      }
      if (defaults.rule("both_edges") == 0) {
        return new Resized(Target.shortEdge(edge));
      }
    } else if (node.isIntegralNumber() || node.isArray()) {
      List<Integer> sides = values.extents(SIZE, 0);
      return Resized.stretched(sides.get(0), sides.get(1));
    }
    boolean both = defaults.rule("both_edges") > 0;
    throw values.wrong(SIZE, SIZE_FORMS + (both ? ", both edges" : ""));
  }

  private static Resized bounded(int longest, int shortest) {
    return new Resized(Target.edges(Fit.SHORT_EDGE_BOUNDED, longest, Math.min(longest, shortest)));
  }

  private static int side(ConfigTree size, String key) {
    return size.integer(key, 0, 1);
  }

  /** ConvNeXt's rule. */
  private Resized cropped(Resized resized) {
    if (resized.fit() != Fit.SHORT_EDGE) {
      throw values.wrong(SIZE, "{shortest_edge}, which " + defaults.type() + " needs");
    }
    int edge = resized.target().shortEdge();
    double share = values.number("crop_pct", 1, Double.MIN_VALUE);
    if (share > 1) {
      throw values.wrong("crop_pct", "a number above 0 and at most 1");
    }
    if (edge >= CROPPED_BELOW) {
      return Resized.stretched(edge, edge);
    }
    if (is("do_center_crop")) {
      throw unsupported("do_center_crop", "its size of " + edge + " already is a crop");
    }
    int before = (int) (edge / share);
    Crop crop = is(RESIZE) ? new Crop(List.of(edge, edge), Rounding.DOWN) : Crop.none();
    return new Resized(Target.shortEdge(before), crop);
  }

  private List<Integer> heightAndWidth(String key) {
    JsonNode node = values.node().get(key);
    if (!node.isObject()) {
      return values.extents(key, 0);
    }
    ConfigTree size = values.child(key);
    if (!size.has("height") || !size.has("width") || node.size() != 2) {
      throw values.wrong(key, "an integer, [height, width] or {height, width}");
    }
    return List.of(side(size, "height"), side(size, "width"));
  }

  private List<Integer> cropSize(Resized resized) {
    List<Integer> middle = heightAndWidth(CROP_SIZE);
    if (is(RESIZE) && !resized.holds(middle)) {
      throw values.wrong(
          CROP_SIZE,
          "at most the result of 'size', "
              + resized.target().scale()
              + "; images are not padded to a larger crop");
    }
    return middle;
  }

  private Filter filter() {
    Filter filter = statedFilter();
    if (defaults.rule("resizes_floats") == 0 || !is(RESIZE) || !is("do_rescale")) {
      return filter;
    }
    return switch (filter) {
      case NEAREST -> filter;
      case BILINEAR -> Filter.FLOAT_BILINEAR;
      default ->
          throw unsupported(
              "resample",
              "it resizes in floating point, where this filter exceeds the range 0 to 255");
    };
  }

  private Filter statedFilter() {
    JsonNode node = values.node().get("resample");
    if (node.isTextual()) {
      for (Filter filter : FILTERS) {
        if (filter.name().equalsIgnoreCase(node.textValue())) {
          return filter;
        }
      }
    } else if (node.isIntegralNumber()
        && node.canConvertToInt()
        && node.intValue() >= 0
        && node.intValue() < FILTERS.size()) {
      return FILTERS.get(node.intValue());
    }
    throw values.wrong(
        "resample",
        "0 (nearest), 1 (lanczos), 2 (bilinear), 3 (bicubic), 4 (box), 5 (hamming) or one of these"
            + " names");
  }
}
