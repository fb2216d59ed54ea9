package io.muster.api.page;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toUnmodifiableMap;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The first document of the page, and its files by name. Immutable; safe for use by any thread.
 *
 * @param documentStart the document up to the first state
 * @param documentEnd the document after it
 */
record PageFiles(String documentStart, String documentEnd, Map<String, PageAsset> assets) {
  private static final String STATE = "{{state}}";
  private static final String PRELOADS = "{{preloads}}";

  PageFiles {
    assets = Map.copyOf(assets);
  }

  /** Returns the files, which the first caller loads. Blocks. */
  static PageFiles shared() {
    return Shared.FILES;
  }

  static PageFiles load() {
    var linker = new AssetLinker();
    var document = linker.link(AssetLinker.readText("index.html"));
    var assets = linker.assets();
    // The browser requests all modules at once, instead of one level of imports after the other.
    var preloads =
        assets.values().stream()
            .filter(asset -> asset.name().endsWith(".js"))
            .map(asset -> "<link rel=\"modulepreload\" href=\"" + asset.path() + "\">")
            .sorted()
            .collect(joining("\n"));
    var parts = document.replace(PRELOADS, preloads).split(Pattern.quote(STATE), 2);
    return new PageFiles(
        parts[0],
        parts[1],
        assets.values().stream().collect(toUnmodifiableMap(PageAsset::name, Function.identity())));
  }

  Optional<PageAsset> find(String name) {
    return Optional.ofNullable(assets.get(name));
  }

  /** Loads the files when it is initialized, which happens once, at the first use. */
  private static final class Shared {
    private static final PageFiles FILES = load();

    private Shared() {}
  }
}
