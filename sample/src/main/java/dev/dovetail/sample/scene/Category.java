package dev.dovetail.sample.scene;

import java.util.Locale;

/**
 * The categories of a scene: eight kinds of things, which are countable, and six kinds of stuff.
 */
public enum Category {
  /** A sphere. */
  BALL,
  /** A box, nearly a cube. */
  CRATE,
  /** A traffic cone on a square base. */
  CONE,
  /** A torus with a hole that shows what is behind it. */
  RING,
  /** A thick five-pointed star. */
  STAR,
  /** A mushroom: a cap on a stalk. */
  MUSHROOM,
  /** An open cylinder with a handle. */
  MUG,
  /** A gem with six sides. */
  GEM,
  /** The sky above the horizon outdoors. */
  SKY,
  /** A brick wall. */
  WALL,
  /** A meadow. */
  GRASS,
  /** Dunes or a beach. */
  SAND,
  /** A wooden floor. */
  PLANKS,
  /** A pond or the sea. */
  WATER;

  /** The number of things, which are the first categories. */
  public static final int THINGS = 8;

  /** {@return the id in all files, starting at 1} */
  public int id() {
    return ordinal() + 1;
  }

  /** {@return whether its objects are countable} */
  public boolean isThing() {
    return ordinal() < THINGS;
  }

  /** {@return the name in all files, such as {@code ball}} */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
