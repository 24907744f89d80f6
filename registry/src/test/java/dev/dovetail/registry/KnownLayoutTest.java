package dev.dovetail.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.weights.layouts.Layout;
import dev.dovetail.weights.layouts.Rule;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KnownLayoutTest {

  private static KnownLayout read(String json) throws IOException {
    byte[] bytes = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return KnownLayout.read("theirs", new ByteArrayInputStream(bytes));
  }

  private static KnownLayout of(String name, String... signature) {
    List<Pattern> patterns = Stream.of(signature).map(Pattern::compile).toList();
    return new KnownLayout(name, "toy", "somebody", patterns, Layout.SAME);
  }

  @Test
  void aFileNextToAClassIsRead() throws IOException {
    KnownLayout layout = KnownLayout.beside(KnownLayoutTest.class, "theirs").get(0);
    assertEquals("theirs", layout.name());
    assertEquals("toy", layout.family());
    assertEquals("somebody", layout.publisher());
    assertEquals("another publisher's names", layout.layout().description());
    assertEquals(List.of(new Rule.StripPrefix("toy.")), layout.layout().rules());
    assertTrue(layout.fits(Set.of("toy.stem.weight", "toy.head.bias")));
  }

  @Test
  void aMissingFileIsNamed() {
    String message =
        assertThrows(IOException.class, () -> KnownLayout.beside(KnownLayoutTest.class, "ours"))
            .getMessage();
    assertEquals(
        "there is no resource layouts/ours.json next to the class"
            + " dev.dovetail.registry.KnownLayoutTest",
        message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'signature':['a'],'rules':[{'rule':'rename','pattern':'('}] | line 3",
        "'signature':['a'],'rules':[{'rule':'rename','pattern':'a'}] | line 3",
        "'signature':['a'],'rules':[{'rule':'rename','pattern':'a','to':'b','axis':1}] | line 3",
        "'signature':['a'],'rules':[{'rule':'paint'}] | line 3",
        "'signature':['a'],'rules':[7] | line 3",
        "'signature':['('],'rules':[] | line 3",
        "'signature':['a'] | rules",
        "'rules':[] | signature",
        "'signature':['a'],'rules':[],'colour':'red' | colour",
        "'signature':[],'rules':[] | the layout theirs has no signature",
      })
  void whatIsNoLayoutIsRefusedWithItsNameAndPlace(String rest, String words) {
    String json = "{'description':'d',\n'family':'toy','publisher':'p',\n" + rest + "}";
    String message = assertThrows(IOException.class, () -> read(json)).getMessage();
    assertTrue(message.contains("the layout theirs"), message);
    assertTrue(message.contains(words), message);
  }

  @Test
  void theLongestSignatureWinsAndTiesGoToTheFirst() {
    List<KnownLayout> known =
        List.of(of("short", "a"), of("long", "a", "b.*"), of("late", "b", "a"));
    assertEquals("long", name(known, "a", "b"));
    assertEquals("short", name(known, "a", "c"));
    assertEquals("", name(known, "c"));
  }

  private static String name(List<KnownLayout> known, String... names) {
    Optional<KnownLayout.Fit> fit = KnownLayout.recognise(known, Set.of(names));
    return fit.map(f -> f.known().name()).orElse("");
  }

  @Test
  void aLayoutMatchesAtTheShortestPrefixWithAllItsNames() {
    List<KnownLayout> known = List.of(of("short", "stem"), of("long", "stem", "blocks\\.\\d"));
    assertEquals("long below ''", found(known, "stem", "blocks.0", "net.stem"));
    assertEquals("long below 'net.'", found(known, "net.stem", "net.blocks.0", "head"));
    assertEquals("long below 'a.b.c.'", found(known, "a.b.c.stem", "a.b.c.blocks.7"));
    assertEquals("short below 'a.'", found(known, "a.stem", "b.blocks.0"));
    assertEquals(
        "short below '', long below 'net.'",
        found(List.of(of("short", "(net\\.)?stem"), known.get(1)), "net.stem", "net.blocks.0"));
    assertEquals("short below 'a.b.c.d.'", found(known, "a.b.c.d.stem"));
    assertEquals("", found(known, "a.b.c.d.e.stem"));
    assertEquals("", found(known, "my_stem"));
  }

  private static String found(List<KnownLayout> known, String... names) {
    return KnownLayout.find(known, List.of(names)).stream()
        .map(fit -> fit.known().name() + " below '" + fit.prefix() + "'")
        .collect(Collectors.joining(", "));
  }

  @Test
  void aStandalonePartHasNoPrefix() {
    List<KnownLayout> known = List.of(of("toys", "stem"));
    Layout below = KnownLayout.recognise(known, List.of("a.b.stem")).orElseThrow().alone();
    assertEquals(List.of(new Rule.StripPrefix("a.b.")), below.rules());
    assertEquals(
        List.of(), KnownLayout.recognise(known, List.of("stem")).orElseThrow().alone().rules());
  }

  @Test
  void rulesAtAPrefixDoNotChangeOtherNames() {
    Layout rules = new Layout("", List.of(new Rule.StripPrefix("their.")));
    KnownLayout layout =
        new KnownLayout("toys", "toy", "somebody", List.of(Pattern.compile("their\\.w")), rules);
    List<String> names = List.of("backbone.their.w", "their.b");
    KnownLayout.Fit fit = KnownLayout.find(List.of(layout), names).get(0);
    assertEquals(List.of(new Rule.Below("backbone.", rules.rules())), fit.layout().rules());
  }

  @Test
  void theLiteralSuffixOfAPatternIsThatOfAllItsMatches() {
    assertEquals("patch_embed.proj.weight", KnownLayout.literalEnd("patch_embed\\.proj\\.weight"));
    assertEquals("table", KnownLayout.literalEnd("(.*\\.)?table"));
    assertEquals(".bias", KnownLayout.literalEnd("blocks\\.\\d+\\.bias"));
    assertEquals("", KnownLayout.literalEnd("blocks\\.\\d"));
    assertEquals("", KnownLayout.literalEnd("weights?"));
    assertEquals("", KnownLayout.literalEnd("stem|head"));
    assertEquals("", KnownLayout.literalEnd("layer.*"));
  }
}
