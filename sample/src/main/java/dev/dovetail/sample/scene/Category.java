package dev.dovetail.sample.scene;

import java.util.Locale;

/** What a pixel of a scene can be: eight kinds of things, which are counted, and six of stuff. */
public enum Category {
  /** A sphere. */
  BALL,
  /** A box, nearly a cube. */
  CRATE,
  /** A traffic cone on its square foot. */
  CONE,
  /** A torus, through whose hole what is behind can be seen. */
  RING,
  /** A thick star with five points. */
  STAR,
  /** A cap on a stalk. */
  MUSHROOM,
  /** An open cylinder with a handle. */
  MUG,
  /** A cut stone with six sides. */
  GEM,
  /** What is above the horizon outdoors. */
  SKY,
  /** Bricks. */
  WALL,
  /** A meadow. */
  GRASS,
  /** Dunes or a beach. */
  SAND,
  /** A floor of boards. */
  PLANKS,
  /** A pond or the sea. */
  WATER;

  /** How many of them are things; those come first. */
  public static final int THINGS = 8;

  /** {@return the number in every file: 1 for the first} */
  public int id() {
    return ordinal() + 1;
  }

  /** {@return whether its objects are counted} */
  public boolean isThing() {
    return ordinal() < THINGS;
  }

  /** {@return the name in every file: {@code ball}} */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
