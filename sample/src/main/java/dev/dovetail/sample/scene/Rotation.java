package dev.dovetail.sample.scene;

/** Turns directions; its rows are the axes of the turned object. */
record Rotation(Vec right, Vec up, Vec front) {

  /**
   * First about the object's own vertical axis, then towards the viewer, then in the plane of the
   * picture; angles in radians. The sines are {@code StrictMath}'s, which are the same everywhere.
   */
  static Rotation of(double yaw, double pitch, double roll) {
    double cy = StrictMath.cos(yaw);
    double sy = StrictMath.sin(yaw);
    double cp = StrictMath.cos(pitch);
    double sp = StrictMath.sin(pitch);
    double cr = StrictMath.cos(roll);
    double sr = StrictMath.sin(roll);
    return new Rotation(
        roll(new Vec(cy, -sy * -sp, -sy * cp), cr, sr),
        roll(new Vec(0, cp, sp), cr, sr),
        roll(new Vec(sy, -sp * cy, cp * cy), cr, sr));
  }

  private static Vec roll(Vec v, double cos, double sin) {
    return new Vec(v.x() * cos - v.y() * sin, v.x() * sin + v.y() * cos, v.z());
  }

  /** From the picture's axes to the object's. */
  Vec toObject(Vec v) {
    return new Vec(right.dot(v), up.dot(v), front.dot(v));
  }

  /** From the object's axes to the picture's. */
  Vec toPicture(Vec v) {
    return right.times(v.x()).plus(up.times(v.y())).plus(front.times(v.z()));
  }
}
