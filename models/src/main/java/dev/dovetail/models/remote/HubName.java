package dev.dovetail.models.remote;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a repository or file on the hub, {@code hf:OWNER/NAME/FILE@REVISION}.
 *
 * @param repository owner and name of the repository
 * @param file a file in the repository, if specified
 * @param revision a branch, a tag or a commit
 */
record HubName(String repository, Optional<String> file, String revision) {

  private static final String PART = "(?!\\.{1,2}(?:[/@]|$))[\\w.-]+";
  private static final Pattern FORM =
      Pattern.compile(
          "hf:(%s/%s)(?:/(%s(?:/%s)*))?(?:@(%s(?:/%s)*))?".replace("%s", PART),
          Pattern.UNICODE_CHARACTER_CLASS);

  static HubName parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          text
              + " is not of the form hf:OWNER/NAME, such as hf:facebook/detr-resnet-50, with /FILE"
              + " and @REVISION if they differ from the default");
    }
    return new HubName(
        matcher.group(1),
        Optional.ofNullable(matcher.group(2)),
        Optional.ofNullable(matcher.group(3)).orElse("main"));
  }

  @Override
  public String toString() {
    return "hf:" + repository + file.map(f -> "/" + f).orElse("") + "@" + revision;
  }
}
