package dev.dovetail.adapters.vitcomer;

import java.util.List;

/**
 * Which features ViT-CoMer's branches exchange in which stage. Each list has one entry for all
 * stages, or one for each.
 *
 * @param toV whether features go to the transformer
 * @param toC whether features go to the convolutional branch
 * @param cnnInteraction whether the levels of the convolutional branch attend to each other
 * @param extraCtis extra blocks after the last stage
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

  /** {@return both ways in all stages, the levels each on its own, four extra blocks} */
  public static Exchanges defaults() {
    return new Exchanges(List.of(true), List.of(true), List.of(false), 4);
  }

  /**
   * {@return the same, with the levels attending to each other in all stages or in none}
   *
   * @param value whether they do
   */
  public Exchanges withCnnInteraction(boolean value) {
    return new Exchanges(toV, toC, List.of(value), extraCtis);
  }

  /**
   * {@return the same with another number of extra blocks}
   *
   * @param value how many
   */
  public Exchanges withExtraCtis(int value) {
    return new Exchanges(toV, toC, cnnInteraction, value);
  }

  /** Refuses lists that have neither one entry nor one for each stage. */
  void requireFor(int stages) {
    require("toV", toV, stages);
    require("toC", toC, stages);
    require("cnnInteraction", cnnInteraction, stages);
  }

  private static void require(String name, List<Boolean> given, int stages) {
    if (given.size() != 1 && given.size() != stages) {
      throw new IllegalArgumentException(
          "ViT-CoMer: "
              + name
              + " has "
              + given.size()
              + " entries; it takes one for all stages or one for each of the "
              + stages);
    }
  }

  /** The entry of stage {@code i}, or the one that serves all stages. */
  static boolean in(int i, List<Boolean> switches) {
    return switches.get(switches.size() == 1 ? 0 : i);
  }
}
