package dev.dovetail.adapters.vitcomer;

import java.util.List;

/**
 * The features that ViT-CoMer's branches exchange in each stage. Each list has one element for all
 * stages or one for each stage.
 *
 * @param toV whether features go to the transformer
 * @param toC whether features go to the convolutional branch
 * @param cnnInteraction whether the levels of the convolutional branch attend to each other
 * @param extraCtis number of extra blocks after the last stage
 */
public record Exchanges(
    List<Boolean> toV, List<Boolean> toC, List<Boolean> cnnInteraction, int extraCtis) {

  /**
   * @throws IllegalArgumentException if {@code extraCtis} is negative
   */
  public Exchanges {
    toV = List.copyOf(toV);
    toC = List.copyOf(toC);
    cnnInteraction = List.copyOf(cnnInteraction);
    if (extraCtis < 0) {
      throw new IllegalArgumentException("ViT-CoMer: extraCtis " + extraCtis + " is negative");
    }
  }

  /**
   * {@return exchanges in both directions in all stages, without attention between the levels, and
   * with four extra blocks}
   */
  public static Exchanges defaults() {
    return new Exchanges(List.of(true), List.of(true), List.of(false), 4);
  }

  /**
   * {@return a copy with attention between the levels in all stages or in none}
   *
   * @param value whether the levels attend to each other
   */
  public Exchanges withCnnInteraction(boolean value) {
    return new Exchanges(toV, toC, List.of(value), extraCtis);
  }

  /**
   * {@return a copy with another number of extra blocks}
   *
   * @param value number of extra blocks
   */
  public Exchanges withExtraCtis(int value) {
    return new Exchanges(toV, toC, cnnInteraction, value);
  }

  /** Rejects lists that have neither one element nor one for each stage. */
  void requireFor(int stages) {
    require("toV", toV, stages);
    require("toC", toC, stages);
    require("cnnInteraction", cnnInteraction, stages);
  }

  private static void require(String name, List<Boolean> values, int stages) {
    if (values.size() != 1 && values.size() != stages) {
      throw new IllegalArgumentException(
          "ViT-CoMer: "
              + name
              + " has "
              + values.size()
              + " elements, expected one for all stages or one for each of the "
              + stages);
    }
  }

  /** Returns the element of stage {@code i} or the common one. */
  static boolean in(int i, List<Boolean> switches) {
    return switches.get(switches.size() == 1 ? 0 : i);
  }
}
