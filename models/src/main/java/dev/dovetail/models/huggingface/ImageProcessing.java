package dev.dovetail.models.huggingface;

import dev.dovetail.images.Preprocess;
import java.util.List;

/**
 * What a directory says of the preparation of images and label maps.
 *
 * @param reduceLabels whether 0 is "no label" in annotations, and class c is stored as c + 1
 * @param notes sentences for the user: what had to be assumed, and what was ignored
 */
record ImageProcessing(Preprocess preprocess, boolean reduceLabels, List<String> notes) {

  ImageProcessing {
    notes = List.copyOf(notes);
  }
}
