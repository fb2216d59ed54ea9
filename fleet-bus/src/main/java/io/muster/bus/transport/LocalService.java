package io.muster.bus.transport;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.vertx.core.Future;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An implementation of a service on this node, whose methods are called by name. Safe for use by
 * any thread if the implementation is.
 */
final class LocalService {
  private static final Logger log = LoggerFactory.getLogger(LocalService.class);
  private static final ClassValue<Map<String, Method>> METHODS_BY_TYPE =
      new ClassValue<>() {
        @Override
        protected Map<String, Method> computeValue(Class<?> type) {
          return readMethods(type);
        }
      };

  private final String address;
  private final Map<String, Method> methods;
  private final Object implementation;
  private final Optional<CallMetrics> metrics;

  LocalService(
      String address, Class<?> type, Object implementation, Optional<CallMetrics> metrics) {
    this.address = address;
    this.methods = methodsOf(type);
    this.implementation = implementation;
    this.metrics = metrics;
  }

  /**
   * Returns the methods by name. Throws {@link IllegalArgumentException} if the type is not a
   * service interface.
   */
  static Map<String, Method> methodsOf(Class<?> type) {
    return METHODS_BY_TYPE.get(type);
  }

  /** Returns the type of the result, which the returned future completes with. */
  static Type resultType(Method method) {
    return ((ParameterizedType) method.getGenericReturnType()).getActualTypeArguments()[0];
  }

  /**
   * Calls a method; fails always with a {@link FleetException}.
   *
   * @param argumentReader returns the argument as a value of the given type, or throws {@link
   *     IllegalArgumentException}
   */
  Future<?> call(String methodName, Function<Type, @Nullable Object> argumentReader) {
    var method = methods.get(methodName);
    if (method == null) {
      return rejectArgument("unknown method " + methodName);
    }
    try {
      var argument = argumentReader.apply(method.getGenericParameterTypes()[0]);
      return argument == null
          ? rejectArgument(methodName + ": expected an argument")
          : invokeAndCount(method, argument)
              .recover(cause -> Future.failedFuture(toFleetException(methodName, cause)));
    } catch (IllegalArgumentException e) {
      return rejectArgument(String.valueOf(e.getMessage()));
    }
  }

  /** Returns the failure for the caller, without details; one without a code is logged. */
  FleetException toFleetException(String methodName, Throwable cause) {
    if (cause instanceof FleetException failure) {
      return failure.withoutDetails();
    }
    log.error("service failed address={} method={}", address, methodName, cause);
    return new FleetException(Code.INTERNAL, "internal error in " + address);
  }

  private Future<?> invokeAndCount(Method method, Object argument) {
    return metrics
        .<Future<?>>map(
            counters -> counters.count(method.getName(), () -> invoke(method, argument)))
        .orElseGet(() -> invoke(method, argument));
  }

  /** Invokes the method; an exception that it throws becomes a failed future. */
  private Future<?> invoke(Method method, Object argument) {
    try {
      return (Future<?>) method.invoke(implementation, argument);
    } catch (InvocationTargetException e) {
      return Future.failedFuture(e.getCause());
    } catch (IllegalAccessException e) {
      return Future.failedFuture(e);
    }
  }

  private static Future<?> rejectArgument(String message) {
    return Future.failedFuture(new FleetException(Code.INVALID_ARGUMENT, message));
  }

  private static Map<String, Method> readMethods(Class<?> type) {
    var methods = new HashMap<String, Method>();
    for (var method : type.getMethods()) {
      if (method.getParameterCount() != 1 || method.getReturnType() != Future.class) {
        throw new IllegalArgumentException(
            method + ": a service method takes one argument and returns a Future");
      }
      if (methods.put(method.getName(), method) != null) {
        throw new IllegalArgumentException(method + ": a service must not overload methods");
      }
    }
    return methods;
  }
}
