package dev.dovetail.sample.scene;

/**
 * The light of a scene: a sun and ambient light.
 *
 * @param direction the unit vector to the sun
 * @param sun the light of the sun
 * @param ambient the ambient light
 * @param slopeX how much brighter the right edge of the picture is than its center
 * @param slopeY how much brighter the lower edge is than the center
 */
record Light(Vec direction, Rgb sun, Rgb ambient, double slopeX, double slopeY) {

  private static final Vec VIEWER = new Vec(0, 0, 1);

  /** Returns the length of a shadow to the right, in heights of its object. */
  double shadowReach() {
    return -direction.x() / direction.y() * 0.6;
  }

  /** Returns the light that a surface with a normal reflects, in the coordinates of the picture. */
  Rgb shade(Rgb colour, Vec normal, double gloss) {
    double facing = Math.max(normal.dot(direction), 0);
    double open = 0.72 + 0.28 * normal.y();
    Rgb matt = colour.times(ambient.times(open).plus(sun.times(facing)));
    if (facing == 0) {
      return matt;
    }
    double mirror = Math.max(normal.dot(direction.plus(VIEWER).unit()), 0);
    for (int i = 0; i < 5; i++) {
      mirror *= mirror; // to the 32nd power
    }
    return matt.plus(sun.times(mirror * gloss));
  }

  /**
   * Returns the light that the ground reflects; {@code upright} is 1 for level ground, less for a
   * wall.
   */
  Rgb ground(Rgb colour, double upright) {
    return colour.times(ambient.plus(sun.times(upright)));
  }
}
