// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plugin;

import io.millrace.spi.plugin.ThreadContextClassLoader;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/** Any interface of a plugin's libraries, each call under the plugin's class loader. */
final class ClassLoaderSafeProxy implements InvocationHandler {
    private final Object target;
    private final ClassLoader loader;

    private ClassLoaderSafeProxy(Object target, ClassLoader loader) {
        this.target = target;
        this.loader = loader;
    }

    static <T> T of(Class<T> type, T target, ClassLoader loader) {
        if (!type.isInterface()) {
            throw new IllegalArgumentException(type.getName() + " is not an interface");
        }
        if (!Modifier.isPublic(type.getModifiers())
                || !type.getModule().isExported(type.getPackageName(), ClassLoaderSafeProxy.class.getModule())) {
            throw new IllegalArgumentException(
                    type.getName() + " is not accessible to the engine: make it public, in a package that is exported");
        }
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, new ClassLoaderSafeProxy(target, loader)));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        if (method.getDeclaringClass() == Object.class && method.getName().equals("equals") && arguments != null) {
            return proxy == arguments[0];
        }
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
