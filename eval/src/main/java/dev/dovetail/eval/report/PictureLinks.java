package dev.dovetail.eval.report;

import static j2html.TagCreator.a;
import static j2html.TagCreator.text;

import dev.dovetail.eval.analysis.ErrorType;
import dev.dovetail.eval.gallery.DetectionGallery;
import j2html.tags.DomContent;

/** Links from numbers to the objects that they count. */
public enum PictureLinks {
  /** No links, for a report without pictures. */
  NONE,
  /** Links to the page of pictures beside the page of numbers. */
  GALLERY;

  /** Links the number of errors of a kind, regardless of score. */
  DomContent errors(ErrorType type, String shown) {
    return link("kind=" + DetectionGallery.kind(type), shown);
  }

  /** Links a number of the confusion matrix. */
  DomContent confusion(int row, int column, String shown) {
    return link("kind=any&is=" + row + "&as=" + column, shown);
  }

  private DomContent link(String filter, String shown) {
    return this == NONE
        ? text(shown)
        : a(shown).withHref(GalleryPage.OBJECTS + "&min=all&" + filter);
  }
}
