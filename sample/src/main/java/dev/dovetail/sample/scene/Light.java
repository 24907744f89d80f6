package dev.dovetail.sample.scene;

/**
 * What lights a scene: a sun, and light from everywhere.
 *
 * @param direction to the sun, of length 1
 * @param sun its light
 * @param ambient the light from everywhere
 * @param slopeX how much brighter the right edge of the picture is than its middle
 * @param slopeY how much brighter the lower edge is than the middle
 */
record Light(Vec direction, Rgb sun, Rgb ambient, double slopeX, double slopeY) {

  private static final Vec VIEWER = new Vec(0, 0, 1);

  /** How far a shadow reaches to the right, in heights of its object. */
  double shadowReach() {
    return -direction.x() / direction.y() * 0.6;
  }

  /** The light that leaves a surface with a normal, all in the picture's axes. */
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

  /** The light that leaves the ground, {@code upright} 1 for level ground, less for a wall. */
  Rgb ground(Rgb colour, double upright) {
    return colour.times(ambient.plus(sun.times(upright)));
  }
}
