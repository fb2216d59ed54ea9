package io.muster.testkit;

import static org.junit.jupiter.api.extension.ConditionEvaluationResult.disabled;
import static org.junit.jupiter.api.extension.ConditionEvaluationResult.enabled;
import static org.junit.platform.commons.support.AnnotationSupport.findAnnotation;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Searches the {@code PATH} for the commands of {@link Requires}. */
final class RequirementCondition implements ExecutionCondition {
  private static final Pattern COMMA = Pattern.compile(",");

  private final Map<String, String> environment;

  RequirementCondition() {
    this(System.getenv());
  }

  RequirementCondition(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return findAnnotation(context.getElement(), Requires.class)
        .map(requires -> evaluate(List.of(requires.value())))
        .orElseGet(() -> enabled("nothing required"));
  }

  ConditionEvaluationResult evaluate(List<String> commands) {
    var missing = commands.stream().filter(command -> !isOnPath(command)).toList();
    if (missing.isEmpty()) {
      return enabled("found " + commands);
    }
    if (missing.stream().anyMatch(this::isEnforced)) {
      throw new ExtensionConfigurationException(
          "MUSTER_REQUIRE requires " + missing + ", which is not on the PATH");
    }
    return disabled("not on the PATH: " + missing);
  }

  private boolean isOnPath(String command) {
    return Pattern.compile(Pattern.quote(File.pathSeparator))
        .splitAsStream(environment.getOrDefault("PATH", ""))
        .map(directory -> Path.of(directory, command))
        .anyMatch(Files::isExecutable);
  }

  private boolean isEnforced(String command) {
    return COMMA
        .splitAsStream(environment.getOrDefault("MUSTER_REQUIRE", ""))
        .map(String::strip)
        .anyMatch(command::equals);
  }
}
