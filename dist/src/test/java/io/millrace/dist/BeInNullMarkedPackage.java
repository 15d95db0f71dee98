// SPDX-License-Identifier: Apache-2.0
package io.millrace.dist;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.jspecify.annotations.NullMarked;

/** NullAway checks the classes of null-marked packages and is silent about all others. */
final class BeInNullMarkedPackage extends ArchCondition<JavaClass> {
    BeInNullMarkedPackage() {
        super("be in a package annotated with @NullMarked");
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
        boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
        String message = type.getName() + (marked ? " is" : " is not") + " in a package annotated with @NullMarked";
        events.add(new SimpleConditionEvent(type, marked, message));
    }
}
