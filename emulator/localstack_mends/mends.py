"""The list of all mends, in the order in which they are applied."""

from __future__ import annotations

from emulator.localstack_mends import (
    cloudformation_templates,
    eventbridge,
    interruption_hooks,
    s3_events,
    sns_alerts,
    step_functions_api,
    step_functions_errors,
    step_functions_failures,
    step_functions_glue,
    step_functions_jsonata,
    warm_up,
)
from emulator.localstack_mends.registry import Mend

ASL = "localstack.services.stepfunctions.asl"
CFN = "localstack.services.cloudformation"
S3 = "localstack.services.s3"
CHOICE = f"{ASL}.component.state.state_choice.comparison.operator.implementations"
TASKS = f"{ASL}.component.state.state_execution.state_task.service"


def _apply_stack_operations() -> None:
    from emulator.localstack_mends import cloudformation_api

    cloudformation_api.apply()


def _apply_resource_actions() -> None:
    from emulator.localstack_mends import cloudformation_resources

    cloudformation_resources.apply()


def _apply_s3_durability() -> None:
    from emulator.localstack_mends import s3_durability

    s3_durability.apply()


MENDS: tuple[Mend, ...] = (
    Mend(
        name="glue-sync",
        met="`glue:startJobRun.sync` dies with `'NoneType' object has no attribute 'interrupt_all'`",
        mended="a waiting loop of its own: output as AWS's, Retry, Catch and TimeoutSeconds hold, an abort "
        "stops the run",
        places=(
            f"{TASKS}.state_task_service_callback:StateTaskServiceCallback._eval_integration_pattern",
            f"{TASKS}.state_task_service_callback:StateTaskServiceCallback._after_eval_execution",
            f"{TASKS}.state_task_service_glue:StateTaskServiceGlue",
        ),
        apply=step_functions_glue.wait_without_callback,
    ),
    Mend(
        name="aborted-history",
        met="a task that returns after StopExecution adds its success to the aborted history",
        mended="after an abort only the execution's own last event is added",
        places=(
            f"{ASL}.eval.event.event_manager:EventManager.add_event",
            f"{ASL}.eval.environment:Environment.set_stop",
            f"{ASL}.eval.environment:Environment.set_timed_out",
        ),
        apply=step_functions_glue.close_history_of_aborted_executions,
    ),
    Mend(
        name="reserved-error-names",
        met="a Fail state whose ErrorPath yields `States.TaskFailed`, and a branch of Parallel that ends so, "
        "die with States.Runtime",
        mended="reserved names are passed on",
        places=(
            f"{ASL}.component.state.state_fail.state_fail:StateFail._eval_state",
            f"{ASL}.component.state.state_execution.state_parallel.branches_decl:BranchesDecl._eval_body",
            f"{ASL}.component.state.state_execution.state_map.iteration.iteration_worker:IterationWorker",
            f"{ASL}.component.common.error_name.custom_error_name:CustomErrorName",
        ),
        apply=step_functions_errors.pass_reserved_names_on,
    ),
    Mend(
        name="states-all",
        met="`States.ALL` catches States.Runtime and States.DataLimitExceeded",
        mended="these two end the execution, as on AWS",
        places=(f"{ASL}.component.common.error_name.error_equals_decl:ErrorEqualsDecl._eval_body",),
        apply=step_functions_errors.narrow_states_all,
    ),
    Mend(
        name="sdk-timestamps",
        met="the output of an `aws-sdk` task holds datetimes, which Choice rules and paths can't compare",
        mended="ISO-8601 text",
        places=(f"{TASKS}.state_task_service_aws_sdk:StateTaskServiceAwsSdk._eval_service_task",),
        apply=step_functions_errors.show_sdk_timestamps_as_text,
    ),
    Mend(
        name="choice-timestamps",
        met="Choice rules take timestamps with fractions of a second, or an offset, for no timestamp",
        mended="any RFC 3339 text",
        places=(f"{CHOICE}.is_operator:IsTimestamp.string_to_timestamp",),
        apply=step_functions_errors.compare_any_timestamp,
    ),
    Mend(
        name="context-times",
        met="times in the context object (`$$.State.EnteredTime`) have microseconds and an offset",
        mended="milliseconds and Z",
        places=(
            f"{ASL}.component.state.state:CommonStateField._eval_body",
            f"{ASL}.eval.states:States.__init__",
        ),
        apply=step_functions_errors.show_context_times_as_aws,
    ),
    Mend(
        name="query-languages",
        met="after a refused JSONata definition every definition with Parameters is refused",
        mended="each parser has a stack of query languages of its own",
        places=(f"{ASL}.parse.preprocessor:Preprocessor._open_query_language_scope",),
        apply=step_functions_api.isolate_query_languages,
    ),
    Mend(
        name="definitions",
        met="missing targets, unreachable states, unknown `aws-sdk` services, actions and fields, illegal "
        "names and oversized inputs are accepted; refusals speak of Python classes",
        mended="refused when AWS refuses them, in AWS's words as far as they are known",
        places=(
            "localstack.services.stepfunctions.provider:StepFunctionsProvider._validate_definition",
            "localstack.services.stepfunctions.provider:StepFunctionsProvider.create_state_machine",
            "localstack.services.stepfunctions.provider:StepFunctionsProvider.start_execution",
        ),
        apply=step_functions_api.refuse_as_aws,
    ),
    Mend(
        name="service-names",
        met="`aws-sdk:redshiftdata`, `eventbridge` and `cloudwatchlogs` are unknown, an unknown field ends "
        "with `'Name'`, errors of SSM and SQS have other names, causes of `glue:startJobRun` no details",
        mended="the SDK for Java's names, AWS's error names, cause and refusal",
        places=(
            f"{TASKS}.state_task_service:StateTaskService._get_boto_service_name",
            f"{TASKS}.state_task_service:StateTaskService._before_eval_execution",
            f"{TASKS}.state_task_service:StateTaskService._from_boto_response",
            f"{TASKS}.state_task_service_aws_sdk:StateTaskServiceAwsSdk._normalise_service_error_name",
            f"{TASKS}.state_task_service_aws_sdk:StateTaskServiceAwsSdk._from_error",
        ),
        apply=step_functions_api.call_services_by_their_names,
    ),
    Mend(
        name="choices",
        met="a choice without a match, or with a missing variable, fails with the name of a Python exception",
        mended="AWS's States.Runtime and cause",
        places=(
            f"{ASL}.component.state.state_choice.state_choice:StateChoice._eval_state",
            f"{ASL}.component.state.state_choice.comparison.comparison_variable:ComparisonVariable",
        ),
        apply=step_functions_failures.fail_choices_as_aws,
    ),
    Mend(
        name="path-fields",
        met="a path that a task's input lacks does not name its field",
        mended="`specified for the field '…'`, as on AWS",
        places=(
            f"{ASL}.component.common.string.string_expression:StringJsonPath._eval_body",
            f"{ASL}.component.state.state_execution.execute_state:ExecutionState._from_error",
        ),
        apply=step_functions_failures.name_fields_of_paths,
    ),
    Mend(
        name="jsonata-fields",
        met="a JSONata expression that yields nothing does not name its field; one that throws, or yields "
        "another type, ends in States.Runtime with a Python exception",
        mended="States.QueryEvaluationError with the expression and the field, which Retry and Catch see",
        places=(
            f"{ASL}.component.common.string.string_expression:StringJSONata._eval_body",
            f"{ASL}.jsonata.validations:_validate_null_output",
            f"{ASL}.jsonata.validations:_validate_string_output",
            f"{ASL}.component.common.jsonata.jsonata_template_value_array:JSONataTemplateValueArray._eval_body",
            f"{ASL}.component.common.assign.assign_template_value_array:AssignTemplateValueArray._eval_body",
            f"{ASL}.component.state.state_choice.choices_decl:ChoicesDecl.__init__",
            f"{ASL}.component.common.catch.catch_decl:CatchDecl.__init__",
        ),
        apply=step_functions_jsonata.name_fields,
    ),
    Mend(
        name="definition-substitutions",
        met="a number in a state machine's DefinitionSubstitutions fails the stack",
        mended="numbers and booleans are written as text",
        places=(
            "localstack.services.stepfunctions.resource_providers.aws_stepfunctions_statemachine"
            ":_apply_substitutions",
        ),
        apply=cloudformation_templates.substitute_any_scalar,
    ),
    Mend(
        name="find-in-map",
        met="a FindInMap with a `!Ref` key fails every change set after the first with 501",
        mended="it counts as changed when its map or key changed",
        places=(
            f"{CFN}.engine.v2.change_set_model:ChangeSetModel._resolve_intrinsic_function_fn_find_in_map",
        ),
        apply=cloudformation_templates.find_in_map_by_reference,
    ),
    Mend(
        name="change-details",
        met="a change set does not tell which properties it modifies, so that `cdk diff` shows none",
        mended="Scope and Details",
        places=(
            f"{CFN}.engine.v2.change_set_model_describer:ChangeSetModelDescriber._register_resource_change",
        ),
        apply=cloudformation_templates.detail_changes,
    ),
    Mend(
        name="stack-operations",
        met="a failed create leaves its resources, a failed update is not reverted and locks the stack, "
        "a failed delete is called complete, DeletionPolicy is ignored",
        mended="create, update, delete and rollback of our own over LocalStack's change-set engine",
        places=(
            f"{CFN}.engine.v2.change_set_model_executor:ChangeSetModelExecutor",
            f"{CFN}.v2.provider:CloudformationProviderV2",
            f"{CFN}.v2.entities:Stack",
        ),
        apply=_apply_stack_operations,
    ),
    Mend(
        name="resource-updates",
        met="updates that change nothing and say UPDATE_COMPLETE (rules, inline policies, queues), updates "
        "that do not exist (buckets, policies, log groups, managed policies, secrets, alarms)",
        mended="updates of our own for these; any other without an update fails and says which property "
        "it can't change. An existing bucket is adopted only if it is from before LocalStack's last "
        "start",
        places=(
            f"{CFN}.resource_provider:ResourceProviderExecutor.execute_action",
            f"{CFN}.resource_provider:ResourceProviderExecutor.deploy_loop",
            f"{CFN}.resource_provider:convert_payload",
        ),
        apply=_apply_resource_actions,
    ),
    Mend(
        name="rule-dead-letters",
        met="a rule's DeadLetterConfig and RetryPolicy are stored and ignored",
        mended="retries with back-off; what can't be delivered goes to the queue with AWS's attributes",
        places=("localstack.services.events.target:TargetSender.process_event",),
        apply=eventbridge.deliver_with_retry_policy,
    ),
    Mend(
        name="disabled-rules",
        met="a disabled rule sends events all the same",
        mended="it sends none until it is enabled again",
        places=("localstack.services.events.provider:EventsProvider._process_rules",),
        apply=eventbridge.leave_disabled_rules_alone,
    ),
    Mend(
        name="execution-names",
        met="executions bear the event's id: two rules on one event start one, Input without `id` none",
        mended="`<event id>_<uuid>`, as on AWS",
        places=("localstack.services.events.target:StatesTargetSender.send_event",),
        apply=eventbridge.start_executions_under_unique_names,
    ),
    Mend(
        name="s3-event-keys",
        met="EventBridge events carry the S3 key URL-encoded, a reason unlike AWS's, local time as UTC",
        mended="the key verbatim, AWS's reason, UTC",
        places=("localstack.services.s3.notifications:EventBridgeNotifier._get_event_payload",),
        apply=s3_events.send_keys_verbatim,
    ),
    Mend(
        name="s3-notification-filters",
        met="a notification's prefix filter with `=` never matches: it is held against the encoded key",
        mended="held against the key itself",
        places=("localstack.services.s3.notifications:_matching_filter",),
        apply=s3_events.filter_on_plain_keys,
    ),
    Mend(
        name="s3-notification-keys",
        met="a space in a notification's key is `%20`; every notification has the same sequencer",
        mended="`+`, and one that grows",
        places=("localstack.services.s3.notifications:BaseNotifier._get_event_payload",),
        apply=s3_events.encode_spaces_as_aws_does,
    ),
    Mend(
        name="s3-durability",
        met="buckets and objects are in memory: gone when LocalStack restarts or crashes",
        mended="kept below the state folder before the request is answered: objects, versions, tags, "
        "uploads, configuration",
        places=(
            f"{S3}.provider:S3Provider.__init__",
            f"{S3}.provider:S3Provider.create_bucket",
            f"{S3}.provider:S3Provider.delete_bucket",
            f"{S3}.provider:S3Provider.put_object",
            f"{S3}.provider:S3Provider.get_object",
            f"{S3}.provider:S3Provider.copy_object",
            f"{S3}.provider:S3Provider.delete_object",
            f"{S3}.provider:S3Provider.delete_objects",
            f"{S3}.provider:S3Provider.put_bucket_versioning",
            f"{S3}.provider:S3Provider.upload_part",
            f"{S3}.provider:S3Provider.complete_multipart_upload",
            f"{S3}.models:S3Bucket",
            f"{S3}.models:S3Object",
            f"{S3}.models:S3DeleteMarker",
            f"{S3}.models:S3Part",
            f"{S3}.models:S3Multipart",
            f"{S3}.models:S3Store",
            f"{S3}.models:KeyStore",
            f"{S3}.models:VersionedKeyStore",
            f"{S3}.storage.core:S3ObjectStore",
            f"{S3}.storage.core:S3StoredObject",
            f"{S3}.storage.core:S3StoredMultipart",
            "localstack.utils.tagging:TaggingService",
        ),
        apply=_apply_s3_durability,
    ),
    Mend(
        name="interrupted-executions",
        met="executions that run when LocalStack ends never end, and S3's events on their way are lost",
        mended="noted on disk; `POST /_tarmac/interrupted/resume` (`make up`) starts and delivers them again",
        places=(
            "localstack.services.stepfunctions.backend.execution:Execution.start",
            "localstack.services.stepfunctions.backend.execution:BaseExecutionWorkerCommunication.terminated",
            f"{S3}.notifications:NotificationDispatcher._submit_notification",
            f"{S3}.notifications:EventBridgeNotifier.notify",
        ),
        apply=interruption_hooks.note_executions_and_events,
    ),
    Mend(
        name="sns-alerts",
        met="messages on a topic without a subscriber are gone",
        mended="every published message is kept in `<state>/alerts.jsonl` and shown at `/_tarmac/alerts`",
        places=(
            "localstack.services.sns.publisher:PublishDispatcher.publish_to_topic",
            "localstack.services.sns.publisher:PublishDispatcher.publish_batch_to_topic",
        ),
        apply=sns_alerts.record_published_messages,
    ),
    Mend(
        name="warm-up",
        met="services load with their first call, which makes the first event slow",
        mended="those of a pipeline are loaded, and one event rehearsed, once the gateway serves",
        places=("localstack.services.plugins:ServiceManager.require",),
        apply=warm_up.warm_in_background,
    ),
)
