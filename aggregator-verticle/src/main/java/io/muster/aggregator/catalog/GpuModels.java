package io.muster.aggregator.catalog;

import io.muster.runtime.config.ConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The known GPU models: the bundled ones, and those of the site's own file.
 *
 * @param models known models; an alias of two models belongs to the later one
 */
public record GpuModels(List<GpuModel> models) {
  private static final String SETTING_KEY = "aggregator.gpu_models";

  public GpuModels {
    models = List.copyOf(models);
  }

  /** Returns the bundled models alone. */
  public static GpuModels bundled() {
    return new GpuModels(GpuModelTable.bundled().models());
  }

  /** Reads the setting, and the file that it names; each invalid line of the file is a problem. */
  public static GpuModels from(ConfigReader reader) {
    if (reader.text(SETTING_KEY).isEmpty()) {
      return bundled();
    }
    var file = reader.path(SETTING_KEY, Path.of("")).toAbsolutePath();
    var siteTable = readTable(file);
    siteTable.problems().forEach(problem -> reader.addProblem(SETTING_KEY, file + ": " + problem));
    return bundled().withSiteModels(siteTable.models());
  }

  /**
   * Returns these models and those of the site; a model of the site replaces the one of the same
   * name and inherits its aliases.
   */
  private GpuModels withSiteModels(List<GpuModel> siteModels) {
    var siteNames = siteModels.stream().map(GpuModel::normalizedName).toList();
    var otherModels = models.stream().filter(model -> !siteNames.contains(model.normalizedName()));
    return new GpuModels(
        Stream.concat(otherModels, siteModels.stream().map(this::withInheritedAliases)).toList());
  }

  private GpuModel withInheritedAliases(GpuModel siteModel) {
    var inheritedAliases =
        models.stream()
            .filter(model -> model.normalizedName().equals(siteModel.normalizedName()))
            .flatMap(model -> model.aliases().stream());
    return siteModel.withAliases(
        Stream.concat(siteModel.aliases().stream(), inheritedAliases).toList());
  }

  private static GpuModelTable readTable(Path file) {
    try {
      return GpuModelTable.parse(Files.readAllLines(file));
    } catch (IOException e) {
      return new GpuModelTable(List.of(), List.of("cannot be read: " + e));
    }
  }
}
