package dev.dovetail.sample.scene;

/** A rotation matrix, whose rows are the axes of the rotated object. */
record Rotation(Vec right, Vec up, Vec front) {

  /**
   * Creates a rotation about the object's own vertical axis, then towards the viewer, then in the
   * plane of the picture. Angles are in radians. Sines are computed with {@code StrictMath}, whose
   * results are the same on all machines.
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

  /** Transforms from the coordinates of the picture to those of the object. */
  Vec toObject(Vec v) {
    return new Vec(right.dot(v), up.dot(v), front.dot(v));
  }

  /** Transforms from the coordinates of the object to those of the picture. */
  Vec toPicture(Vec v) {
    return right.times(v.x()).plus(up.times(v.y())).plus(front.times(v.z()));
  }
}
