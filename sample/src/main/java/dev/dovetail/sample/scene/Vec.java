package dev.dovetail.sample.scene;

/** A point or a direction: x to the right, y up, z towards the viewer. */
record Vec(double x, double y, double z) {

  double dot(Vec other) {
    return x * other.x + y * other.y + z * other.z;
  }

  Vec plus(Vec other) {
    return new Vec(x + other.x, y + other.y, z + other.z);
  }

  Vec times(double factor) {
    return new Vec(x * factor, y * factor, z * factor);
  }

  Vec unit() {
    return times(1 / Math.sqrt(dot(this)));
  }
}
