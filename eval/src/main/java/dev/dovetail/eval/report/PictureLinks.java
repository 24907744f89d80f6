package dev.dovetail.eval.report;

import static j2html.TagCreator.a;
import static j2html.TagCreator.text;

import dev.dovetail.eval.analysis.ErrorType;
import dev.dovetail.eval.gallery.DetectionGallery;
import j2html.tags.DomContent;

/** Links from numbers to the objects behind them. */
public enum PictureLinks {
  /** There are no pictures. */
  NONE,
  /** They lie beside the page of numbers. */
  GALLERY;

  /** A number of errors of a kind, whatever their scores. */
  DomContent errors(ErrorType type, String shown) {
    return link("kind=" + DetectionGallery.kind(type), shown);
  }

  /** A number in a cell of the confusion matrix. */
  DomContent confusion(int row, int column, String shown) {
    return link("kind=any&is=" + row + "&as=" + column, shown);
  }

  private DomContent link(String filter, String shown) {
    return this == NONE
        ? text(shown)
        : a(shown).withHref(GalleryPage.OBJECTS + "&min=all&" + filter);
  }
}
