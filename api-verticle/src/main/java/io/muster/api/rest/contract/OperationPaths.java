package io.muster.api.rest.contract;

import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The paths of the operations: a part in braces matches one segment, and a path without such parts
 * precedes. Safe for use by any thread.
 */
final class OperationPaths {
  private final Map<String, List<HttpMethod>> methodsByPath = new LinkedHashMap<>();
  private final Map<Pattern, String> templates = new LinkedHashMap<>();

  OperationPaths(Collection<RestOperation> operations) {
    for (var operation : operations) {
      methodsByPath
          .computeIfAbsent(operation.path(), path -> new ArrayList<>())
          .add(operation.method());
    }
    methodsByPath.keySet().stream()
        .filter(path -> path.contains("{"))
        .forEach(
            path -> templates.put(Pattern.compile(path.replaceAll("\\{\\w+}", "[^/]+")), path));
  }

  /** Returns the path of the document that a request addresses. */
  Optional<String> find(String requestPath) {
    return methodsByPath.containsKey(requestPath)
        ? Optional.of(requestPath)
        : templates.entrySet().stream()
            .filter(template -> template.getKey().matcher(requestPath).matches())
            .map(Map.Entry::getValue)
            .findFirst();
  }

  /** Returns the methods of a path of the document. */
  List<HttpMethod> methods(String path) {
    return methodsByPath.getOrDefault(path, List.of());
  }
}
