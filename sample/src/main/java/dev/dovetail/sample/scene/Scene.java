package dev.dovetail.sample.scene;

import dev.dovetail.formats.Size;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A random scene: backdrop, light, and objects that stand on the ground. */
final class Scene {

  /** The minimum number of visible pixels of a thing. Things with fewer are removed. */
  private static final int LEAST_PIXELS = 12;

  /** The minimum visible share of a thing. Things with a smaller share are removed. */
  private static final double LEAST_SHARE = 0.12;

  private static final double TURN = 2 * Math.PI;

  private final SceneRandom random;
  private final Size size;
  private final Backdrop backdrop;
  private final Light light;
  private final List<Picture.Segment> kinds = new ArrayList<>();
  private final List<SceneObject> objects = new ArrayList<>();

  Scene(SceneRandom random, Size size) {
    this.random = random;
    this.size = size;
    this.backdrop = backdrop();
    this.light = light();
    for (Category stuff : List.of(backdrop.upper(), backdrop.lower())) {
      kinds.add(new Picture.Segment(stuff, false));
    }
    Category patch = backdrop.patch();
    kinds.add(new Picture.Segment(patch == null ? backdrop.lower() : patch, false));
    addThings();
  }

  private Backdrop backdrop() {
    double horizon = size.height() * random.uniform(0.2, 0.42);
    boolean outdoors = random.chance(0.6);
    Category lower = random.chance(0.5) ? Category.GRASS : Category.SAND;
    Category patch = lower == Category.GRASS ? Category.SAND : Category.GRASS;
    if (outdoors && random.chance(0.6)) {
      patch = Category.WATER;
    } else if (!outdoors && random.chance(0.6)) {
      lower = Category.PLANKS;
    }
    if (lower == Category.PLANKS || random.chance(0.3)) {
      patch = null;
    }
    Category upper = outdoors ? Category.SKY : Category.WALL;
    return new Backdrop(
        size, horizon, upper, lower, patch, random.uniform(), new Noise(random.next()));
  }

  private Light light() {
    double side = random.uniform(0.25, 0.8) * (random.chance(0.5) ? 1 : -1);
    Vec direction = new Vec(side, random.uniform(0.5, 0.9), random.uniform(0.35, 0.8)).unit();
    double exposure = random.uniform(0.6, 1.1);
    double warmth = random.uniform(-0.06, 0.22);
    double shade = random.uniform(0.3, 0.55);
    Rgb sun = new Rgb(1 + warmth, 1, 1 - 1.4 * warmth).times(exposure * (1.15 - shade));
    Rgb ambient = new Rgb(1 - 0.4 * warmth, 1, 1 + 0.5 * warmth).times(exposure * shade);
    return new Light(
        direction, sun, ambient, random.uniform(-0.2, 0.2), random.uniform(-0.12, 0.12));
  }

  private void addThings() {
    double unit = size.height() * random.uniform(0.24, 0.38);
    int singles = random.between(3, 9);
    for (int i = 0; i < singles; i++) {
      double down = random.uniform();
      place(thing(), random.uniform(0, 1), 0.12 + 0.86 * down, unit);
      if (random.chance(0.4)) { // a second object that overlaps it
        SceneObject other = objects.get(objects.size() - 1);
        double aside = random.uniform(-1.1, 1.1) * other.radius() / size.width();
        double lower = random.uniform(-0.05, 0.07);
        place(thing(), other.x() / size.width() + aside, 0.12 + 0.86 * down + lower, unit);
      }
    }
    int small = random.chance(0.5) ? random.between(2, 6) : 0;
    for (int i = 0; i < small; i++) { // distant or small objects
      place(thing(), random.uniform(), random.uniform(0.06, 0.6), unit * random.uniform(0.25, 0.5));
    }
    if (random.chance(0.3)) {
      crowd(unit);
    }
  }

  private Category thing() {
    return Category.values()[random.below(Category.THINGS)];
  }

  /** Adds a row or heap of objects of one category that form a single segment. */
  private void crowd(double unit) {
    Category category = thing();
    kinds.add(new Picture.Segment(category, true));
    double across = random.uniform(0.2, 0.8);
    double down = random.uniform(0.15, 0.7);
    double little = unit * random.uniform(0.22, 0.36);
    int members = random.between(10, 18);
    for (int i = 0; i < members; i++) {
      double x = across + random.uniform(-0.13, 0.13);
      object(category, x, down + random.uniform(-0.05, 0.06), little * random.uniform(0.9, 1.1));
    }
  }

  private void place(Category category, double across, double down, double unit) {
    kinds.add(new Picture.Segment(category, false));
    object(category, across, down, unit * random.uniform(0.75, 1.25));
  }

  /**
   * Adds an object to the newest segment.
   *
   * @param across 0 for the left edge, 1 for the right edge
   * @param down 0 for the horizon, 1 for the lower edge
   */
  private void object(Category category, double across, double down, double unit) {
    double base = backdrop.horizon() + Math.max(down, 0.04) * (size.height() - backdrop.horizon());
    double near = (base - backdrop.horizon()) / size.height() + 0.16;
    objects.add(
        new SceneObject(
            category,
            kinds.size(),
            across * size.width(),
            base,
            Math.max(unit * near, 3),
            turn(category),
            material(category)));
  }

  private Rotation turn(Category category) {
    double look = random.uniform(0.25, 0.6);
    double any = random.uniform(0, TURN);
    return switch (category) {
      case BALL -> Rotation.of(any, look, any);
      case RING, STAR ->
          Rotation.of(
              random.uniform(-0.9, 0.9), random.uniform(-0.3, 0.7), random.uniform(0, TURN));
      case GEM -> Rotation.of(any, look * 0.7, random.uniform(-0.5, 0.5));
      case CRATE -> Rotation.of(any, look, 0);
      default -> {
        boolean fallen = random.chance(0.2);
        double roll =
            fallen ? random.uniform(1, 2) * (any < 3 ? 1 : -1) : random.uniform(-0.1, 0.1);
        yield Rotation.of(any, look, roll);
      }
    };
  }

  /** Returns a random material, sometimes the typical one of the category. */
  private Material material(Category category) {
    Material.Pattern[] patterns = Material.Pattern.values();
    Material.Pattern pattern = patterns[random.below(patterns.length)];
    double hue = random.uniform();
    Rgb first = Rgb.ofHue(hue, random.uniform(0.35, 0.9), random.uniform(0.55, 0.95));
    Rgb second = Rgb.ofHue(hue + random.uniform(0.2, 0.8), 0.6, random.uniform(0.4, 0.95));
    if (random.chance(0.35)) {
      second = Rgb.ofHue(hue, 0.08, 0.95);
    }
    Rotation lie = Rotation.of(random.uniform(0, TURN), random.uniform(0, TURN), 0);
    double scale = random.uniform(1.2, 2.6);
    if (random.chance(0.5)) {
      switch (category) {
        case CRATE -> {
          pattern = Material.Pattern.WOOD;
          first = Rgb.ofHue(0.09, 0.5, 0.8);
          second = Rgb.ofHue(0.07, 0.6, 0.5);
        }
        case CONE -> {
          pattern = Material.Pattern.STRIPES;
          first = Rgb.ofHue(0.05, 0.9, 0.95);
          second = Rgb.ofHue(0, 0, 0.95);
          lie = Rotation.of(0, 0, 0);
        }
        case MUSHROOM -> {
          pattern = Material.Pattern.SPOTS;
          first = Rgb.ofHue(random.uniform(-0.02, 0.08), 0.8, 0.75);
          second = Rgb.ofHue(0.1, 0.1, 0.95);
        }
        case GEM -> pattern = Material.Pattern.PLAIN;
        default -> {}
      }
    }
    double gloss = category == Category.GEM ? 0.9 : random.uniform(0, 0.5);
    return new Material(pattern, first, second, scale, gloss, lie, new Noise(random.next()));
  }

  /** Draws the visible objects. Things that are almost completely hidden are removed first. */
  Picture draw() {
    List<Sprite> sprites = new ArrayList<>();
    objects.stream()
        .sorted(Comparator.comparingDouble(SceneObject::base))
        .forEach(object -> sprites.add(new Sprite(object, light)));
    int[] whole = new int[kinds.size() + 1];
    sprites.forEach(sprite -> whole[sprite.object.segment()] += sprite.area());
    Canvas empty = new Canvas(backdrop, light);
    while (true) {
      Canvas canvas = new Canvas(empty);
      sprites.forEach(canvas::paint);
      int[] segments = canvas.segments();
      int[] seen = new int[whole.length];
      for (int segment : segments) {
        seen[segment]++;
      }
      boolean hidden =
          sprites.removeIf(
              sprite -> {
                int segment = sprite.object.segment();
                return seen[segment] < Math.max(LEAST_PIXELS, LEAST_SHARE * whole[segment]);
              });
      if (!hidden) {
        return picture(canvas.rgb(), segments, seen);
      }
    }
  }

  /** Renumbers the visible segments from 1. */
  private Picture picture(byte[] rgb, int[] segments, int[] seen) {
    List<Picture.Segment> left = new ArrayList<>();
    int[] number = new int[seen.length];
    for (int segment = 1; segment < seen.length; segment++) {
      if (seen[segment] > 0) {
        left.add(kinds.get(segment - 1));
        number[segment] = left.size();
      }
    }
    for (int i = 0; i < segments.length; i++) {
      segments[i] = number[segments[i]];
    }
    return new Picture(size, rgb, segments, left);
  }
}
