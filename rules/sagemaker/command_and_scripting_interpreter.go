package sagemaker

import (
	"picket"
	"picket/entity"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "Execution:SageMaker/CommandAndScriptingInterpreter",
	Signal:      "SageMakerLifecycleConfigModified",
	Severity:    picket.Medium,
	Techniques:  []string{"T1059"},
	Title:       "A notebook's lifecycle script was written.",
	Description: "{user} wrote a script that notebooks run when they start, by calling {api}. It runs with the notebook's role.",
	Origin:      rule.Custom,
	ID:          "sagemaker-lifecycle-config-modified",
	Expression: "eventSource = 'sagemaker.amazonaws.com' AND eventName IN ('CreateNotebookInstanceLifecycleConfig', 'UpdateNotebookInstanceLifecycleConfig', 'CreateStudioLifecycleConfig')" +
		" AND errorCode IS NULL",
	On:    rule.Calls("sagemaker.amazonaws.com", "CreateNotebookInstanceLifecycleConfig", "UpdateNotebookInstanceLifecycleConfig", "CreateStudioLifecycleConfig"),
	Where: rule.Succeeded,
	Key:   entity.Principal,
	Note:  rule.Affects("AWS::SageMaker::NotebookInstanceLifecycleConfig", "notebookInstanceLifecycleConfigName"),
})
