package dev.dovetail.sample.scene;

/**
 * The material of an object: two colors in a solid pattern.
 *
 * @param pattern the arrangement of the colors
 * @param first the background color
 * @param second the color of the figures
 * @param scale the number of figures per unit
 * @param gloss the strength of the highlight, from 0 to 1
 * @param turn the rotation of the pattern in the body
 * @param noise makes the pattern irregular
 */
record Material(
    Pattern pattern,
    Rgb first,
    Rgb second,
    double scale,
    double gloss,
    Rotation turn,
    Noise noise) {

  /** An arrangement of two colors. */
  enum Pattern {
    PLAIN,
    STRIPES,
    CHECKER,
    SPOTS,
    MARBLE,
    WOOD
  }

  /** Returns the color at a point of the body. */
  Rgb at(Vec point) {
    Vec p = turn.toObject(point).times(scale);
    double grain = 0.86 + 0.28 * noise.fractal(p.x() * 3 + 50, p.y() * 3, p.z() * 3, 2);
    return first.mix(second, figure(p)).times(grain);
  }

  /** Returns the share of the second color. */
  private double figure(Vec p) {
    return switch (pattern) {
      case PLAIN -> 0.25 * noise.fractal(p.x(), p.y(), p.z(), 2);
      case STRIPES -> (Noise.floor(p.y() * 2 + 100) & 1) == 0 ? 0 : 1;
      case CHECKER ->
          (Noise.floor(p.x() + 100.5) + Noise.floor(p.y() + 100.5) + Noise.floor(p.z() + 100.5) & 1)
                  == 0
              ? 0
              : 1;
      case SPOTS -> spot(p);
      case MARBLE ->
          Noise.step(0.42, 0.62, noise.fractal(p.x() * 1.5, p.y() * 1.5, p.z() * 1.5, 4));
      case WOOD -> {
        double across = Math.sqrt(p.x() * p.x() + p.z() * p.z());
        double rings = across * 4 + 1.5 * noise.at(p.x(), p.y() * 0.4, p.z());
        double phase = rings - Noise.floor(rings);
        yield phase * phase;
      }
    };
  }

  /** One ball in each cell of space, at a random position near its center. */
  private double spot(Vec p) {
    int x = Noise.floor(p.x());
    int y = Noise.floor(p.y());
    int z = Noise.floor(p.z());
    double dx = p.x() - x - 0.35 - 0.3 * noise.cell(x, y, z);
    double dy = p.y() - y - 0.35 - 0.3 * noise.cell(x, y, z + 1000);
    double dz = p.z() - z - 0.35 - 0.3 * noise.cell(x, y, z + 2000);
    return dx * dx + dy * dy + dz * dz < 0.12 ? 1 : 0;
  }
}
